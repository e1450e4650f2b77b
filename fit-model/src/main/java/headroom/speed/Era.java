package headroom.speed;

/** When an engine was built, as far as its kernels differ in speed. */
public enum Era {
  /** Before build 1900 of llama.cpp, January 2024. */
  Y2023,
  /** Before build 4500, January 2025. */
  Y2024,
  /** Before build 7000, November 2025. */
  Y2025,
  CURRENT;

  private static final int LAST_OF_2023 = 1900;
  private static final int LAST_OF_2024 = 4500;
  private static final int LAST_OF_2025 = 7000;

  /** The era of a build number of llama.cpp. */
  public static Era ofBuild(int build) {
    if (build < LAST_OF_2023) {
      return Y2023;
    }
    if (build < LAST_OF_2024) {
      return Y2024;
    }
    return build < LAST_OF_2025 ? Y2025 : CURRENT;
  }
}

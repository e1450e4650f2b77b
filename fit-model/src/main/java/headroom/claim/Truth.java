package headroom.claim;

/** What the calculator makes of a statement. */
public enum Truth {
  HOLDS("holds"),
  FAILS("does not hold"),
  /** The stated number lies inside the interval of the prediction. */
  OPEN("undecided");

  private final String label;

  Truth(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }
}

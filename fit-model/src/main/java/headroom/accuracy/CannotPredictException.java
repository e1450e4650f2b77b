package headroom.accuracy;

/** The reason why a case cannot be predicted, naming what is missing. */
final class CannotPredictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotPredictException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}

package headroom.agent.cli;

/** A command that cannot do what it was asked, in one sentence for its user. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Done, but the answer is no. */
  static final int FAILED = 1;

  /** The arguments are wrong; what picocli uses too. */
  static final int BAD_ARGUMENTS = 2;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The work failed. */
  static CommandFailure failed(String message) {
    return new CommandFailure(FAILED, message);
  }

  /** The user wrote something that is not there or not possible. */
  static CommandFailure badArgument(String message) {
    return new CommandFailure(BAD_ARGUMENTS, message);
  }

  int exitCode() {
    return exitCode;
  }
}

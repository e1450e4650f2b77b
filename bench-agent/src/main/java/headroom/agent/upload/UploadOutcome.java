package headroom.agent.upload;

import java.net.URI;
import java.util.List;

/** What became of one sending. */
public sealed interface UploadOutcome {

  /**
   * The site has it on disk.
   *
   * @param id of the run
   * @param url its page
   * @param already true where it stood there before
   */
  record Stored(String id, URI url, boolean already) implements UploadOutcome {}

  /**
   * The site will not have it; sending again changes nothing.
   *
   * @param status HTTP status
   * @param reason in the site's words or ours
   * @param faults place and message of each fault of the document
   */
  record Refused(int status, String reason, List<String> faults) implements UploadOutcome {
    public Refused {
      faults = List.copyOf(faults);
    }
  }

  /**
   * The site did not answer, or not now.
   *
   * @param reason what happened at the last try
   * @param tries how often it was tried
   */
  record Unreachable(String reason, int tries) implements UploadOutcome {}
}

package headroom.agent.cli;

import headroom.agent.files.Folders;
import headroom.agent.upload.KeyStore;
import headroom.agent.upload.RunUploader;
import headroom.agent.upload.UploadOutcome.Refused;
import headroom.agent.upload.UploadOutcome.Stored;
import headroom.agent.upload.UploadOutcome.Unreachable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** Sends files to one site and says what became of each. */
final class Sending {
  private final PrintWriter out;
  private final PrintWriter err;
  private final URI site;
  private final RunUploader uploader;

  /**
   * @param out where good news goes; bad news goes to the command's error output
   */
  Sending(CommandLine command, PrintWriter out, URI site, Optional<String> key, Folders folders) {
    this.out = out;
    this.err = command.getErr();
    this.site = site;
    this.uploader = new RunUploader(site, key, new KeyStore(folders.keys()), hostLabel());
  }

  /** Sends one file; true where the site has it now. */
  boolean send(Path file) throws IOException, InterruptedException {
    return switch (uploader.send(file)) {
      case Stored stored -> {
        out.println((stored.already() ? "already there: " : "uploaded: ") + stored.url());
        yield true;
      }
      case Refused refused -> {
        err.println(
            "headroom: %s refused %s (%d): %s"
                .formatted(site, file, refused.status(), refused.reason()));
        refused.faults().forEach(fault -> err.println("  " + fault));
        yield false;
      }
      case Unreachable unreachable -> {
        err.println(
            "headroom: %s: %s (%d tries)"
                .formatted(site, unreachable.reason(), unreachable.tries()));
        err.println("kept: %s; send later with headroom upload %s".formatted(file, file));
        yield false;
      }
    };
  }

  /** The first label of the host name, at most 40 characters: a name, not an address. */
  private static String hostLabel() {
    try {
      String label = InetAddress.getLocalHost().getHostName().split("\\.")[0];
      return label.isBlank() ? "agent" : label.substring(0, Math.min(40, label.length()));
    } catch (UnknownHostException e) {
      return "agent";
    }
  }
}

package headroom.inference.decode;

import headroom.kv.CacheStorage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The keys and values of a prompt in a file, so that a later session need not compute them (Prompt
 * Cache, arXiv 2311.04934; {@code --prompt-cache} of llama.cpp). The file holds: magic, version,
 * the model's fingerprint, the cache's storage, the tokens, the rows of every layer, a CRC-32C.
 */
public final class PromptCache {
  private static final int MAGIC = 0x48525043; // "HRPC"
  private static final int VERSION = 1;
  private static final int CHUNK = 1 << 16;

  private PromptCache() {}

  /**
   * Writes what a session knows, in one step, so that no reader meets half a file.
   *
   * @throws headroom.inference.kvcache.CacheFormatException where its cache rounds or evicts
   */
  public static void save(Path file, byte[] fingerprint, Session session) throws IOException {
    List<MemorySegment> rows = session.cache().stored();
    int[] tokens = session.tokens();
    Path name = Path.of(String.valueOf(file.getFileName()));
    Path part = file.resolveSibling(name + "." + ProcessHandle.current().pid() + ".part");
    try {
      CRC32C sum = new CRC32C();
      try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(part));
          DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, sum))) {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.write(fingerprint);
        out.writeUTF(storage(session));
        out.writeInt(tokens.length);
        for (int token : tokens) {
          out.writeInt(token);
        }
        out.writeInt(session.cache().furthest());
        out.writeInt(rows.size());
        for (MemorySegment row : rows) {
          out.writeLong(row.byteSize());
          write(row, out);
        }
        out.writeLong(sum.getValue());
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Reads a file into a session, whose tokens are then those of the file.
   *
   * @param fingerprint of the session's model
   * @param vocabulary tokens that the model knows
   * @param session of the same storage; what it knew is forgotten
   * @throws PromptCacheException where the file is none, is another model's, is stored otherwise,
   *     does not fit, is cut or damaged; the session is empty then
   */
  public static void load(Path file, byte[] fingerprint, int vocabulary, Session session)
      throws IOException {
    session.truncate(0);
    boolean whole = false;
    CRC32C sum = new CRC32C();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(new CheckedInputStream(raw, sum))) {
      checkBeginning(file, fingerprint, session, in);
      readRows(file, session, tokens(file, vocabulary, session, in), in);
      long found = sum.getValue();
      if (in.readLong() != found) {
        throw new PromptCacheException(file, "its sum does not match: it is damaged, delete it");
      }
      whole = true;
    } catch (EOFException e) {
      throw new PromptCacheException(
          file, "it ends after %d bytes, in the middle; delete it".formatted(Files.size(file)));
    } finally {
      if (!whole) {
        session.truncate(0);
      }
    }
  }

  private static void checkBeginning(
      Path file, byte[] fingerprint, Session session, DataInputStream in) throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new PromptCacheException(
          file, "it begins with %08x; wanted %08x: it is no saved prompt".formatted(magic, MAGIC));
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new PromptCacheException(
          file, "its version is %d; this build reads %d; delete it".formatted(version, VERSION));
    }
    byte[] found = new byte[fingerprint.length];
    in.readFully(found);
    if (!Arrays.equals(found, fingerprint)) {
      throw new PromptCacheException(file, "it is another model's; delete it or choose its model");
    }
    String storage = in.readUTF();
    if (!storage.equals(storage(session))) {
      throw new PromptCacheException(
          file,
          "it is stored as %s; wanted %s; delete it, or run with --kv %s"
              .formatted(storage, storage(session), storage));
    }
  }

  private static int[] tokens(Path file, int vocabulary, Session session, DataInputStream in)
      throws IOException {
    int count = in.readInt();
    if (count < 0 || count > session.room()) {
      throw new PromptCacheException(
          file,
          "it has %d tokens; this session has room for %d; ask for more"
              .formatted(count, session.room()));
    }
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = in.readInt();
      if (tokens[i] < 0 || tokens[i] >= vocabulary) {
        throw new PromptCacheException(
            file, "token %d is %d; wanted 0 to %d".formatted(i, tokens[i], vocabulary - 1));
      }
    }
    return tokens;
  }

  private static void readRows(Path file, Session session, int[] tokens, DataInputStream in)
      throws IOException {
    int written = in.readInt();
    if (written < tokens.length || written > session.room()) {
      throw new PromptCacheException(
          file,
          "%d tokens were written to it; wanted %d to %d"
              .formatted(written, tokens.length, session.room()));
    }
    List<MemorySegment> rows = session.restore(tokens, written);
    int count = in.readInt();
    if (count != rows.size()) {
      throw new PromptCacheException(
          file, "it has %d parts; wanted %d".formatted(count, rows.size()));
    }
    for (MemorySegment row : rows) {
      long size = in.readLong();
      if (size != row.byteSize()) {
        throw new PromptCacheException(
            file,
            "a layer takes %d bytes; wanted %d, for the context is another"
                .formatted(size, row.byteSize()));
      }
      read(in, row);
    }
  }

  private static String storage(Session session) {
    return new CacheStorage(
            session.spec().keyFormat(), session.spec().valueFormat(), session.spec().scheme())
        .text();
  }

  private static void write(MemorySegment from, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < from.byteSize(); at += CHUNK) {
      int size = (int) Math.min(CHUNK, from.byteSize() - at);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, chunk, 0, size);
      out.write(chunk, 0, size);
    }
  }

  private static void read(DataInputStream in, MemorySegment to) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < to.byteSize(); at += CHUNK) {
      int size = (int) Math.min(CHUNK, to.byteSize() - at);
      in.readFully(chunk, 0, size);
      MemorySegment.copy(chunk, 0, to, ValueLayout.JAVA_BYTE, at, size);
    }
  }
}

package headroom.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileWordsTest {
  @Test
  void messagesStayReadableWhateverAFileSays() {
    assertThat(FileWords.readable("a.gguf @ 7: found 'x'; wanted y"))
        .isEqualTo("a.gguf @ 7: found 'x'; wanted y");
    assertThat(FileWords.readable("key 'a\0b\u001b[31m'")).isEqualTo("key 'a\uFFFDb\uFFFD[31m'");
    String cut = FileWords.readable("found key '" + "k".repeat(65_535) + "' twice; wanted it once");
    assertThat(cut)
        .hasSizeLessThan(1000)
        .startsWith("found key 'kkk")
        .contains("k … k")
        .endsWith("kkk' twice; wanted it once");
  }
}

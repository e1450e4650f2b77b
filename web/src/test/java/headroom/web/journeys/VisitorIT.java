package headroom.web.journeys;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;

/** The journeys would not pass in silence if the site did what it must not. */
class VisitorIT extends Journey {

  @Test
  void anInlineStyleIsRefusedAndNoted() {
    Visitor visitor = visitor();
    Page page = visitor.open("/agents");
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')");
    assertThatThrownBy(visitor::close).hasMessageContaining("Content Security Policy");
  }

  @Test
  void aPictureFromAnotherHostIsRefusedAndNoted() {
    Visitor visitor = visitor();
    Page page = visitor.open("/agents");
    page.evaluate(
        "() => new Promise(done => { const picture = new Image(); picture.onerror = done;"
            + " picture.src = 'http://127.0.0.1:9/x.png'; })");
    assertThatThrownBy(visitor::close).hasMessageContaining("http://127.0.0.1:9/x.png");
  }

  @Test
  void aScriptThatFailsIsNoted() {
    Visitor visitor = visitor();
    Page page = visitor.open("/agents");
    page.evaluate("() => new Promise(done => setTimeout(() => { done(); null.x; }, 0))");
    page.waitForTimeout(50);
    assertThatThrownBy(visitor::close).hasMessageContaining("a script failed");
  }
}

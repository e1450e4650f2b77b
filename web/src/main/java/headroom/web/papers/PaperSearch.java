package headroom.web.papers;

import headroom.paper.ArxivId;
import headroom.paper.Paper;
import headroom.paper.PaperCatalogue;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Full-text search in PostgreSQL over a table that is refilled from the catalogue at start. */
@Component
class PaperSearch implements ApplicationRunner {
  private final PaperCatalogue catalogue;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  PaperSearch(PaperCatalogue catalogue, JdbcClient jdbc, TransactionTemplate transaction) {
    this.catalogue = catalogue;
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    transaction.executeWithoutResult(
        status -> {
          // Not truncate: a second node may be searching, and delete lets it go on.
          jdbc.sql("delete from paper_search").update();
          catalogue.papers().forEach(this::insert);
        });
  }

  private void insert(Paper paper) {
    String techniques =
        paper.techniques().stream()
            .map(t -> t.slug() + " " + t.name() + " " + t.description())
            .collect(Collectors.joining("\n"));
    String claims =
        paper.claims().stream()
            .map(c -> c.statement() + " " + c.conditions())
            .collect(Collectors.joining("\n"));
    jdbc.sql(
            """
            insert into paper_search (arxiv_id, title, authors, techniques, body)
            values (:id, :title, :authors, :techniques, :body)
            on conflict (arxiv_id) do update
            set title = excluded.title, authors = excluded.authors,
                techniques = excluded.techniques, body = excluded.body
            """)
        .param("id", paper.id().value())
        .param("title", paper.title())
        .param("authors", String.join(", ", paper.authors()))
        .param("techniques", techniques)
        .param(
            "body",
            String.join(
                "\n",
                paper.id().value(),
                paper.topic().label(),
                paper.summary(),
                paper.whyItMatters(),
                paper.localTakeaway(),
                claims))
        .update();
  }

  /**
   * Ids of papers that match, best first. Quotes, {@code or} and {@code -word} work as on the web.
   */
  List<ArxivId> find(String words) {
    return jdbc
        .sql(
            """
            select arxiv_id
            from paper_search,
                 (select websearch_to_tsquery('english', :words)
                         || websearch_to_tsquery('simple', :words) as query) q
            where document @@ q.query or arxiv_id = :words
            order by ts_rank_cd(document, q.query) desc, arxiv_id desc
            """)
        .param("words", words)
        .query(String.class)
        .list()
        .stream()
        .map(ArxivId::new)
        .toList();
  }
}

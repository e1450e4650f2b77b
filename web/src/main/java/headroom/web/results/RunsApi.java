package headroom.web.results;

import headroom.measure.BenchmarkRun;
import headroom.web.agents.Agent;
import headroom.web.agents.AgentKeys;
import headroom.web.support.FormInput;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Receives run documents and gives them back. */
@RestController
@RequestMapping("/api/v1/runs")
@Tag(name = "Runs", description = "Measured runs: send, fetch, list")
class RunsApi {
  /** 1 MiB; a run of every test that the agent offers is under a tenth of it. */
  static final int LONGEST_DOCUMENT = 1 << 20;

  private final RunIntake intake;
  private final Runs runs;
  private final RunSearch search;
  private final AgentKeys keys;

  RunsApi(RunIntake intake, Runs runs, RunSearch search, AgentKeys keys) {
    this.intake = intake;
    this.runs = runs;
    this.search = search;
    this.keys = keys;
  }

  /**
   * The answer to an upload.
   *
   * @param url of the page that shows the run
   */
  record Sent(UUID id, URI url) {}

  @PostMapping
  @Operation(
      summary = "Send a run document, version 1",
      description =
          "Header `Authorization: Bearer KEY`; body JSON in UTF-8 of at most 1 MiB. 201: stored and"
              + " committed. 200: these bytes were there already. 400: not JSON. 401: key missing,"
              + " unknown or revoked. 409: the id belongs to another document. 413: too large."
              + " 422: faults, each with its JSON pointer, in `errors`.",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = BenchmarkRun.class))))
  ResponseEntity<?> send(HttpServletRequest request) throws IOException {
    Optional<Agent> agent = keys.agentOf(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (agent.isEmpty()) {
      return unauthorized();
    }
    Optional<byte[]> document = read(request);
    if (document.isEmpty()) {
      return problem(
          HttpStatus.CONTENT_TOO_LARGE,
          "the document is larger than %d bytes; send fewer tests in one run"
              .formatted(LONGEST_DOCUMENT));
    }
    return switch (intake.receive(agent.get(), document.get())) {
      case Receipt.Stored stored -> sent(HttpStatus.CREATED, stored.id());
      case Receipt.AlreadyThere there -> sent(HttpStatus.OK, there.id());
      case Receipt.Conflict conflict ->
          problem(
              HttpStatus.CONFLICT,
              "run %s is stored with other content; a changed run needs a new id"
                  .formatted(conflict.id()));
      case Receipt.Malformed malformed ->
          problem(HttpStatus.BAD_REQUEST, "not a JSON document: " + malformed.message());
      case Receipt.Faulty faulty -> faulty(faulty.faults());
    };
  }

  @GetMapping("/{id}")
  @Operation(
      summary = "The document of a run, byte for byte as it was sent",
      description = "Header `Headroom-State` says accepted or quarantined.")
  ResponseEntity<?> document(@PathVariable String id) {
    Optional<StoredRun> run = RunId.parse(id).flatMap(runs::findById);
    if (run.isEmpty()) {
      return problem(
          HttpStatus.NOT_FOUND, "no run '%s' here; GET /api/v1/runs lists them".formatted(id));
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .eTag(HexFormat.of().formatHex(run.get().documentSha256()))
        .header("Headroom-State", run.get().state().id())
        .body(run.get().document());
  }

  @GetMapping
  @Operation(
      summary = "List runs, newest first",
      description =
          "Filters: model, cpu, engine (parts of the name), format, test (whole); state accepted"
              + " (default) or quarantined; page from 1.",
      parameters = {
        @Parameter(name = "model", in = ParameterIn.QUERY),
        @Parameter(name = "cpu", in = ParameterIn.QUERY),
        @Parameter(name = "engine", in = ParameterIn.QUERY),
        @Parameter(name = "format", in = ParameterIn.QUERY),
        @Parameter(name = "test", in = ParameterIn.QUERY),
        @Parameter(name = "state", in = ParameterIn.QUERY),
        @Parameter(name = "page", in = ParameterIn.QUERY)
      })
  ResponseEntity<?> list(@Parameter(hidden = true) @RequestParam Map<String, String> parameters) {
    FormInput input = new FormInput(parameters);
    RunFilter filter = RunFilter.of(input, RunState.ACCEPTED);
    return input.faults().isEmpty()
        ? ResponseEntity.ok(search.find(filter))
        : problem(HttpStatus.BAD_REQUEST, String.join("; ", input.faults()));
  }

  /** The body, or empty where it is too large; at most one byte beyond the bound is read. */
  private static Optional<byte[]> read(HttpServletRequest request) throws IOException {
    if (request.getContentLengthLong() > LONGEST_DOCUMENT) {
      return Optional.empty();
    }
    byte[] body = request.getInputStream().readNBytes(LONGEST_DOCUMENT + 1);
    return body.length > LONGEST_DOCUMENT ? Optional.empty() : Optional.of(body);
  }

  private static ResponseEntity<?> sent(HttpStatus status, UUID id) {
    URI url =
        ServletUriComponentsBuilder.fromCurrentContextPath()
            .path("/results/{id}")
            .buildAndExpand(id)
            .toUri();
    return ResponseEntity.status(status).location(url).body(new Sent(id, url));
  }

  private static ResponseEntity<?> unauthorized() {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.UNAUTHORIZED,
            "no valid key; wanted 'Authorization: Bearer hr_…' with a key that is not revoked."
                + " Make one at /agents or with POST /api/v1/agents");
    return ResponseEntity.of(problem)
        .headers(h -> h.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"headroom\""))
        .build();
  }

  private static ResponseEntity<?> faulty(List<Fault> faults) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "%d %s in the run document; nothing was stored"
                .formatted(faults.size(), faults.size() == 1 ? "fault" : "faults"));
    problem.setProperty("errors", faults);
    return ResponseEntity.of(problem).build();
  }

  private static ResponseEntity<?> problem(HttpStatus status, String detail) {
    return ResponseEntity.of(ProblemDetail.forStatusAndDetail(status, detail)).build();
  }
}

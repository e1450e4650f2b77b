package headroom.web.fit;

import headroom.catalogue.Catalogue;
import headroom.fit.Fit;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FitApi {
  private static final String PARAMETERS =
      """
      Everything has a default; nothing has to be sent.

      - `model`: id of the catalogue; or `url`: address of a GGUF file
      - `device`: id; several between commas, `2xID` for two; `device2`, `device3`: further ones
      - `quant`, `context`, `kv` (one format, or keys,values), `parallel`, `ubatch`, `fa` (on, off)
      - `memory`: in place of the first device's own, for example `64GiB`
      - `engine`: llama.cpp, ik_llama.cpp, vllm, exl2, exl3, mlx or headroom
      - `gpuLayers`: all, auto or a number; `cpuMoe`: layers whose experts stay on the host
      - `split`: layer, row or tensor; `tensorSplit`: parts of the devices, for example `3,1`
      - `hostMemory`, for example `64GiB`; `hostBandwidth` in GB/s; `hostSystem`: linux, windows or
        macos
      - `mmproj`: `yes`, or the size of a vision projector; `draftModel`, `draftQuant`, `draftKv`: a
        model that drafts; `mtp`: on where the model's own prediction layer drafts
      - `customMemory`, `customBandwidth`, `customKind`: a device that is not in the catalogue
      - `knob`: slug of a technique; may be given several times
      """;

  private final FitReader reader;
  private final Catalogue catalogue;

  FitApi(FitReader reader, Catalogue catalogue) {
    this.reader = reader;
    this.catalogue = catalogue;
  }

  @GetMapping(path = FitLink.API)
  @Operation(
      summary = "Whether a model fits a machine, where every byte goes, and how fast it would be",
      description = PARAMETERS,
      responses =
          @ApiResponse(
              responseCode = "200",
              content = @Content(schema = @Schema(implementation = FitAnswer.class))))
  ResponseEntity<?> answer(@RequestParam MultiValueMap<String, String> parameters) {
    return answerTo(parameters);
  }

  @PostMapping(path = FitLink.API, consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "The same, asked by an object with these names; lists for what may be repeated",
      description = PARAMETERS,
      responses =
          @ApiResponse(
              responseCode = "200",
              content = @Content(schema = @Schema(implementation = FitAnswer.class))))
  ResponseEntity<?> ask(@RequestBody Map<String, Object> parameters) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    parameters.forEach(
        (name, value) ->
            texts.put(
                name,
                value instanceof Collection<?> several
                    ? several.stream().map(String::valueOf).toList()
                    : List.of(String.valueOf(value))));
    return answerTo(texts);
  }

  private ResponseEntity<?> answerTo(Map<String, List<String>> parameters) {
    FitForm form = reader.read(parameters);
    Optional<FitAnswer> answer =
        form.question().map(Fit::answer).map(report -> FitAnswer.of(report, catalogue));
    return answer.isPresent()
        ? ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(answer.get())
        : problem(form);
  }

  private static ResponseEntity<ProblemDetail> problem(FitForm form) {
    ProblemDetail problem = ProblemDetail.forStatus(HttpStatus.BAD_REQUEST);
    problem.setTitle("Parameters that cannot be used");
    problem.setDetail(String.join("; ", form.input().form().faults()));
    Map<String, String> errors = new LinkedHashMap<>();
    form.input()
        .wrongFields()
        .forEach(view -> errors.put(view.field().name(), view.field().error()));
    problem.setProperty("errors", errors);
    return ResponseEntity.badRequest()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}

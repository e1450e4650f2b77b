package headroom.web.fit;

import headroom.fit.Fit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FitApi {
  private final FitReader reader;

  FitApi(FitReader reader) {
    this.reader = reader;
  }

  @GetMapping(path = FitLink.API)
  ResponseEntity<?> answer(@RequestParam MultiValueMap<String, String> parameters) {
    FitForm form = reader.read(parameters);
    Optional<FitAnswer> answer = form.question().map(Fit::answer).map(FitAnswer::of);
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

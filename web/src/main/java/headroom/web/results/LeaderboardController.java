package headroom.web.results;

import headroom.web.support.FormInput;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The page of rankings. */
@Controller
class LeaderboardController {
  private final Leaderboard leaderboard;

  LeaderboardController(Leaderboard leaderboard) {
    this.leaderboard = leaderboard;
  }

  @GetMapping("/leaderboard")
  String leaderboard(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    FormInput input = new FormInput(parameters);
    List<Board> boards = leaderboard.boards();
    Optional<Board> board = chosen(input, boards);
    String cpu = RunFilter.text(input, "cpu");
    String engine = RunFilter.text(input, "engine");
    List<Standing> standings =
        board.map(asked -> leaderboard.standings(asked, cpu, engine)).orElse(List.of());
    response.setStatus(input.status());
    String siteUrl = ServletUriComponentsBuilder.fromCurrentContextPath().toUriString();
    model.addAttribute("page", LeaderboardPage.of(input, boards, board, standings, siteUrl));
    return "leaderboard/index";
  }

  /** The fullest board that agrees with everything asked. */
  private static Optional<Board> chosen(FormInput input, List<Board> boards) {
    String model = RunFilter.text(input, "model");
    String format = RunFilter.text(input, "format");
    String test = RunFilter.text(input, "test");
    String cache = RunFilter.text(input, "cache");
    return boards.stream().filter(b -> b.matches(model, format, test, cache)).findFirst();
  }
}

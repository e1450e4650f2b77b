package headroom.web;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the site; {@code --server.port} and {@code --headroom.data-dir} are its two options. */
@SpringBootApplication
public class HeadroomApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(HeadroomApplication.class, arguments);
  }
}

package headroom.web.results;

import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;

/** The kept runs, one by one; lists are asked with {@link RunSearch}. */
interface Runs extends JpaRepository<StoredRun, UUID> {}

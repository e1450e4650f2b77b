package headroom.web.devices;

import headroom.catalogue.Catalogue;
import headroom.catalogue.CatalogueDevice;
import headroom.web.support.FormInput;
import headroom.web.support.Link;
import headroom.web.support.UnknownThingException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class DevicesController {
  private static final int NEAREST = 5;

  private final Catalogue catalogue;

  /** Each page holds hundreds of answers that cannot change while the site runs. */
  private final Map<String, DevicePage> pages = new ConcurrentHashMap<>();

  DevicesController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @GetMapping("/devices")
  String list(
      @RequestParam Map<String, String> parameters, Model model, HttpServletResponse response) {
    FormInput input = new FormInput(parameters);
    model.addAttribute("page", DevicesPage.of(catalogue.devices(), input));
    response.setStatus(input.status());
    return "devices/index";
  }

  @GetMapping("/devices/{id}")
  String show(@PathVariable String id, Model model) {
    CatalogueDevice device = device(id);
    model.addAttribute(
        "page", pages.computeIfAbsent(device.id(), known -> DevicePage.of(device, catalogue)));
    return "devices/show";
  }

  @GetMapping("/compare")
  String compare(
      @RequestParam(name = "d", defaultValue = "") List<String> ids,
      Model model,
      HttpServletResponse response) {
    ComparePage page = ComparePage.of(ids, catalogue);
    model.addAttribute("page", page);
    response.setStatus(page.status());
    return "devices/compare";
  }

  private CatalogueDevice device(String id) {
    return catalogue
        .device(id)
        .orElseThrow(
            () ->
                new UnknownThingException(
                    "device",
                    id,
                    catalogue.nearestDevices(id, NEAREST).stream()
                        .map(near -> new Link("/devices/" + near.id(), near.name()))
                        .toList()));
  }
}

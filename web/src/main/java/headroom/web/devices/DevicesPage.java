package headroom.web.devices;

import headroom.catalogue.CatalogueDevice;
import headroom.web.support.Fact;
import headroom.web.support.Field;
import headroom.web.support.FormInput;
import headroom.web.support.Option;
import headroom.web.support.Paging;
import headroom.web.support.SortLink;
import java.util.List;

/**
 * The list of devices.
 *
 * @param input the form as it was sent
 * @param vendors choices of maker
 * @param devices one page of what the form admits
 * @param all how many devices there are
 * @param columns heads of the table
 */
record DevicesPage(
    FormInput input, List<Option> vendors, Paging<Row> devices, int all, List<SortLink> columns) {

  private static final int ROWS = 50;
  private static final String PATH = "/devices";

  /**
   * One device.
   *
   * @param id of its page
   * @param name as its maker writes it
   * @param kind in words
   * @param memoryType for example {@code GDDR6X}
   * @param figures the cells after the name, in the order of the columns
   */
  record Row(String id, String name, String kind, String memoryType, List<Fact> figures) {
    static Row of(CatalogueDevice device) {
      return new Row(
          device.id(),
          device.name(),
          DeviceFigures.kind(device),
          device.memory().type(),
          List.of(
              DeviceFigures.cell("memory", DeviceFigures.memory(device)),
              DeviceFigures.cell("bandwidth", DeviceFigures.bandwidth(device)),
              DeviceFigures.cell("F16", DeviceFigures.fp16(device)),
              DeviceFigures.cell("power", DeviceFigures.power(device)),
              Fact.of("price", DeviceFigures.priceText(device)),
              Fact.of("year", device.releaseYear())));
    }
  }

  static DevicesPage of(List<CatalogueDevice> devices, FormInput input) {
    List<String> vendors =
        devices.stream().map(CatalogueDevice::vendor).distinct().sorted().toList();
    DeviceFilter filter = DeviceFilter.of(input, vendors);
    List<Row> rows =
        devices.stream().filter(filter::admits).sorted(filter.order()).map(Row::of).toList();
    return new DevicesPage(
        input,
        vendors.stream().map(Option::of).toList(),
        Paging.of(rows, input, ROWS, PATH),
        devices.size(),
        List.of(
            column(filter, "Device", "name", false),
            column(filter, "Memory, GiB", "memory", true),
            column(filter, "Bandwidth, GB/s", "bandwidth", true),
            column(filter, "F16, TFLOPS", "fp16", true),
            column(filter, "Power, W", "power", true),
            column(filter, "Launch price", "price", true),
            column(filter, "Year", "year", true)));
  }

  private static SortLink column(
      DeviceFilter filter, String label, String column, boolean numeric) {
    return SortLink.of(PATH, filter.input().sent(), label, column, filter.sort(), numeric);
  }

  public List<Option> kinds() {
    return DeviceFilter.kinds();
  }

  public Field field(String name, String label) {
    return input.field(name, label);
  }
}

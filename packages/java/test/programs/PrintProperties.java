import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;

/** Prints the properties of a file as Java reads them: a line each, key and value in base64. */
public class PrintProperties {
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.load(new FileInputStream(args[0]));
    properties.forEach((key, value) -> System.out.println(encoded(key) + " " + encoded(value)));
  }

  private static String encoded(Object text) {
    return Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}

import java.util.Scanner;
import software.amazon.awssdk.services.sts.StsClient;

/** Asks STS who it is, once for each line of its input. */
class JavaClient {
  public static void main(String[] args) {
    var sts = StsClient.create();
    var lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      lines.nextLine();
      try {
        System.out.println("ok " + sts.getCallerIdentity().arn());
      } catch (RuntimeException error) {
        System.out.println("error " + error.toString().lines().findFirst().orElse(""));
      }
    }
  }
}

//! Asks STS who it is, once for each line of its input.
use aws_sdk_sts::error::DisplayErrorContext;
use std::io::BufRead;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = aws_config::from_env().http_client(http).load().await;
    let sts = aws_sdk_sts::Client::new(&config);
    for _line in std::io::stdin().lock().lines() {
        match sts.get_caller_identity().send().await {
            Ok(identity) => println!("ok {}", identity.arn().unwrap_or_default()),
            Err(error) => println!("error {:?}", DisplayErrorContext(&error).to_string()),
        }
    }
}

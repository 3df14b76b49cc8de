// Asks STS who it is, once for each line of its input: as Terraform and today's Packer plugin for AWS find credentials.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

func main() {
	ctx, settings, problems := awsbase.GetAwsConfig(context.Background(), &awsbase.Config{})
	if problems.HasError() {
		fmt.Printf("error %q\n", fmt.Sprint(problems))
		os.Exit(1)
	}
	client := sts.NewFromConfig(settings)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		identity, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			fmt.Printf("error %q\n", err)
			continue
		}
		fmt.Println("ok", *identity.Arn)
	}
}

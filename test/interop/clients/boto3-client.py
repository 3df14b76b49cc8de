"""Asks STS who it is, once for each line of its input."""
import sys

import boto3

client = boto3.client('sts')
for _line in sys.stdin:
    try:
        print('ok', client.get_caller_identity()['Arn'], flush=True)
    except Exception as error:
        print('error', str(error).replace('\n', ' '), flush=True)

"""Reads pairs of config and credentials files by botocore. One JSON object a line in, one a line out.

In:  {"config": text, "credentials": text, "profiles": [name, ...]}
Out: {"reading": {"profiles", "ssoSessions", "services"} or null where a file is refused,
      "identities": what each of the profiles leads to, or null where that is nobody}
"""
import datetime
import json
import os
import sys
import tempfile

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
folder = tempfile.mkdtemp(prefix="rolecall-botocore-")
os.environ["HOME"] = folder

import botocore  # noqa: E402
import botocore.credentials as credentials  # noqa: E402
import botocore.exceptions  # noqa: E402
import botocore.session  # noqa: E402

CONFIG = os.path.join(folder, "config")
CREDENTIALS = os.path.join(folder, "credentials")
TOMORROW = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).isoformat()


def write(path, text):
    with open(path, "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))


SESSIONS = {}


def open_session(profile=None):
    """Made once for each profile, since that takes 16 ms; what it has read before is forgotten."""
    if profile not in SESSIONS:
        session = botocore.session.Session(profile=profile)
        session.set_config_variable("config_file", CONFIG)
        session.set_config_variable("credentials_file", CREDENTIALS)
        SESSIONS[profile] = session
    SESSIONS[profile]._config = None
    return SESSIONS[profile]


class Sts:
    """Answers with keys that tell who assumed what."""

    def __init__(self, key):
        self.key = key

    def assume_role(self, RoleArn, **_):
        key = f"{self.key} > {RoleArn}"
        answer = {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": TOMORROW}
        return {"Credentials": answer, "AssumedRoleUser": {"Arn": RoleArn}}


def identify(profile):
    session = open_session(profile)
    builder = credentials.ProfileProviderBuilder(session, cache={})
    roles = credentials.AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=lambda _service, aws_access_key_id, **_: Sts(aws_access_key_id),
        cache={},
        profile_name=profile,
        profile_provider_builder=builder,
    )
    providers = [roles] + builder.providers(profile_name=profile, disable_env_vars=True)
    try:
        found = credentials.CredentialResolver(providers).load_credentials()
        return found and found.get_frozen_credentials().access_key
    except botocore.exceptions.BotoCoreError:
        return None


def read():
    try:
        config = open_session().full_config
    except botocore.exceptions.BotoCoreError:
        return None
    # Only the config file has sessions and services.
    return {
        "profiles": config["profiles"],
        "ssoSessions": config.get("sso_sessions", {}),
        "services": config.get("services", {}),
    }


print(json.dumps({"version": botocore.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    write(CONFIG, request["config"])
    write(CREDENTIALS, request["credentials"])
    answer = {"reading": read(), "identities": [identify(profile) for profile in request["profiles"]]}
    print(json.dumps(answer), flush=True)

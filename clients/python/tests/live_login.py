"""Logins of a real server that lets nobody in without: ESSAIM_URL is ws://HOST:PORT. Its tokens say themselves what becomes of
them: `ann`, `ann:expires=2000` in milliseconds from when it is looked at, `forged`. Run by the server's tests.
"""

import asyncio
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import essaim

URL = os.environ["ESSAIM_URL"]
PATIENCE_SECONDS = 60
ENCODINGS = ("sbe", "json")
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class LiveLoginTest(unittest.TestCase):
    def run_for(self, encoding, token, until):
        """Follows events until `until(told)`; returns what on_event was told."""

        async def run():
            told = []
            async with essaim.events(URL + "/ws/events", encoding=encoding, token=token, on_event=told.append):
                while not until(told):
                    await asyncio.sleep(0.01)
            return told

        return asyncio.run(asyncio.wait_for(run(), PATIENCE_SECONDS))

    def test_a_token_comes_with_the_handshake(self):
        for encoding in ENCODINGS:
            self.run_for(encoding, "ann", lambda told: True)

    def test_a_token_is_asked_for_and_the_login_renewed(self):
        for encoding in ENCODINGS:
            asked = []

            async def token():
                asked.append(None)
                return "ann:expires=2000"

            def renewals(told):
                return [event for event in told if isinstance(event, essaim.Authenticated)]

            told = self.run_for(encoding, token, lambda told: len(renewals(told)) == 4)
            self.assertEqual({event.name for event in renewals(told)}, {"ann"})
            self.assertTrue(all(event.expires is not None for event in renewals(told)))
            # One connection, which was never lost.
            self.assertEqual(sum(isinstance(event, essaim.Connected) for event in told), 1)
            self.assertEqual(len(asked), 4)

    def test_a_login_that_ended_is_followed_by_another(self):
        for encoding in ENCODINGS:
            granted = lambda told: sum(isinstance(event, essaim.SubscribedEvents) for event in told)
            told = self.run_for(encoding, "ann:expires=900", lambda told: granted(told) == 2)
            self.assertEqual(granted(told), 2)

    def test_a_token_that_does_not_hold_ends_it(self):
        for encoding in ENCODINGS:
            with self.assertRaisesRegex(essaim.ConnectionLostError, "1008: Invalid token"):
                self.run_for(encoding, "forged", lambda told: False)

    def test_the_example_of_the_readme_logs_in_as_it_stands(self):
        readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
        (example,) = [code for code in EXAMPLE.findall(readme) if "token_of_my_session" in code]
        session = "async def token_of_my_session():\n    return 'ann:expires=60000'\n"
        code = session + example.replace("ws://localhost:8001", URL)
        program = subprocess.Popen(
            [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            printed = []
            while not any(line.startswith("Authenticated(name='ann'") for line in printed):
                line = program.stdout.readline()
                self.assertTrue(line, "".join(printed))
                printed.append(line)
        finally:
            program.kill()
            program.wait()
            program.stdout.close()

    def test_a_publisher_brings_its_token(self):
        with self.assertRaises(essaim.RefusedError) as refused:
            essaim.publish(URL + "/ws/ingest", token="forged")
        # That of a server which takes no producer says nothing of tokens.
        self.assertIn(refused.exception.status, (401, 404))


if __name__ == "__main__":
    unittest.main()

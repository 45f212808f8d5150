"""An office for tests: a home in a folder, commands run in it, answers as values."""
import json
import os
import subprocess


class Office:
    def __init__(self, program, folder, name="O", country="VNM", home="home", network="N"):
        self.program, self.folder, self.name = program, folder, name
        self.environment = dict(os.environ, BANYAN_HOME=str(folder / home), LC_ALL="C.UTF-8", LANGUAGE="en", TZ="UTC")
        if network is not None:
            self.run("init", "--network", network, "--org", name, "--country", country, "--kind", "ngo")

    def run(self, *words, exit_code=0, text=None):
        done = subprocess.run([self.program, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              input=text, timeout=300)
        assert exit_code is None or done.returncode == exit_code, (words, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *words, exit_code=0):
        return json.loads(self.run(*words, "--json", exit_code=exit_code).stdout)

    def add(self, *words):
        return self.json("add", *words)["id"]

    def fields(self, record):
        return self.json("show", record)["fields"]

    def sites(self):
        listed = self.json("list", "site", "--columns", "name,country,area,status_yr,geometry,description")["rows"]
        return {row["name"]: (row, self.json("show", row["id"])) for row in listed}

    def invite(self, other_name, country="KHM", home="other"):
        """A second office of the same network, member at once."""
        code = self.json("invite", "--for", other_name)["code"]
        other = Office(self.program, self.folder, other_name, country, home, network=None)
        (self.folder / "code.txt").write_text(code)
        other.run("join", "@code.txt", "--org", other_name, "--country", country, "--kind", "ngo")
        self.carry(other, self)
        self.carry(self, other)
        return other

    @staticmethod
    def carry(giver, taker):
        path = giver.folder / "carried.banyan"
        path.unlink(missing_ok=True)
        giver.run("bundle", "make", str(path))
        taker.run("bundle", "apply", str(path))


def counts(done):
    return {key: done[key] for key in ("new", "duplicate?", "same", "update", "proposal", "conflict", "error") if done[key]}

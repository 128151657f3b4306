import { randomUUID } from "node:crypto";
import express from "express";
import { embed } from "./sample.mjs";

const sessions = new Map();
const portal = express();
portal.use((req, _, next) => {
  req.session = sessions.get(/(?:^|; )portal=([\w-]+)/.exec(req.headers.cookie ?? "")?.[1]);
  next();
});
portal.get("/sign-in", (req, res) => {
  const id = randomUUID();
  sessions.set(id, { user: { email: req.query.email } });
  res.cookie("portal", id, { httpOnly: true }).send("Signed in.");
});
portal.use(embed);
portal.use(express.static("pages"));
const server = portal.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));

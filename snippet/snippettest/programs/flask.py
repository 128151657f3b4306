from flask import Flask, request, session
from werkzeug.serving import make_server

from sample import embed

portal = Flask("portal", static_folder="pages", static_url_path="")
portal.secret_key = "a key of the tests"
portal.register_blueprint(embed)


@portal.get("/sign-in")
def sign_in():
    session["email"] = request.args["email"]
    return "Signed in."


server = make_server("127.0.0.1", 0, portal, threaded=True)
print("http://127.0.0.1:%d" % server.port, flush=True)
server.serve_forever()

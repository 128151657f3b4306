import socket

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.sessions import SessionMiddleware

from sample import embed

portal = FastAPI()
portal.add_middleware(SessionMiddleware, secret_key="a key of the tests")
portal.include_router(embed)


@portal.get("/sign-in")
def sign_in(request: Request, email: str):
    request.session["email"] = email
    return PlainTextResponse("Signed in.")


portal.mount("/", StaticFiles(directory="pages"))
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(portal, log_level="error", access_log=False)).run(sockets=[listener])

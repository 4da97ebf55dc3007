"""Jupyter server extension that sends small messages to the page at once, so that sliders respond sooner."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A connection between a page and its kernel, without Nagle's algorithm.

    The move of a slider is answered by a few messages. The algorithm delays all but the first until the browser has
    acknowledged that one, 40 ms later: twice as long as everything else takes.
    """

    def connect(self):
        """Connect; return a future that is done when the kernel answers."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(server):
    server.web_app.settings["kernel_websocket_connection_class"] = PromptConnection

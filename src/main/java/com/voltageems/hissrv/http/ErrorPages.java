package com.voltageems.hissrv.http;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what never reaches a route: a request that is not HTTP, a header or an address that is
 * too long. Jetty's own pages would be HTML and name what is inside.
 */
final class ErrorPages implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String title = HttpStatus.getMessage(status);
    var problem =
        Problem.of(
            status,
            title.toLowerCase(Locale.ROOT).replace(' ', '-'),
            title,
            "The request can't be taken as it is: " + title + ".");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
    SecurityHeaders.ALL.forEach(response.getHeaders()::put);
    response.write(true, ByteBuffer.wrap(Json.bytes(problem.body())), callback);
    return true;
  }
}

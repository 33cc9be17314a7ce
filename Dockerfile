# HisSrv in a container: docker build -t voltageems/hissrv .
# Serves on 8082, keeps history in /var/lib/hissrv (mount a volume there), reads /etc/hissrv/default.yml.
FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends maven \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN scripts/package.sh --with-java folder /opt/hissrv

FROM debian:bookworm-slim
# redis-cli for cron and for looking, crond for the service hissrv-cron, curl for the health check.
RUN apt-get update \
 && apt-get install -y --no-install-recommends redis-tools busybox-static curl ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/hissrv --create-home --shell /usr/sbin/nologin hissrv
COPY --from=build /opt/hissrv /opt/hissrv
COPY deploy/crond /usr/local/bin/crond
COPY deploy/crontab /etc/crontabs/root
RUN ln -s /opt/hissrv/hissrv /usr/local/bin/hissrv \
 && ln -s /opt/hissrv/scripts /scripts \
 && mkdir -p /etc/hissrv/plugins \
 && cp /opt/hissrv/config/* /etc/hissrv/ \
 && /opt/hissrv/scripts/aot-cache.sh
USER hissrv
WORKDIR /var/lib/hissrv
VOLUME /var/lib/hissrv
EXPOSE 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8082/health"]
CMD ["hissrv"]

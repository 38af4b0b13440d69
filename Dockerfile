# Python 3.11 on Debian 12: what the test suite runs on. docs/deployment.md says how to upgrade it, and the digests.

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build
WORKDIR /build
# Without pip: what is copied from here can run the service, but cannot install anything.
RUN python -m venv --without-pip /opt/locator
COPY requirements/run.txt requirements/run.txt
RUN python -m pip --python /opt/locator/bin/python install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml LICENSE ./
COPY locator locator
RUN python -m pip --python /opt/locator/bin/python install --no-cache-dir --no-deps --no-build-isolation .
COPY seed /app/seed
COPY deploy/healthcheck.py deploy/make_secrets.py /app/
# A checkout may be closed to other users; the service's user must be able to read this.
RUN chmod -R a+rX /app /opt/locator

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
LABEL org.opencontainers.image.title="Clinic locator" \
      org.opencontainers.image.description="Finds the cancer clinics nearest to a ZIP, a town or a point." \
      org.opencontainers.image.version="0.1.0"
RUN groupadd --gid 10001 locator
RUN useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin locator
# A new volume gets the owner of the folder it is mounted on.
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/locator/service
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/locator/owner
RUN install -d -o 10001 -g 10001 -m 0755 /var/lib/locator/database
COPY --from=build /opt/locator /opt/locator
COPY --from=build /app /app
ENV PATH=/opt/locator/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOCATOR_SEED_FOLDER=/app/seed
WORKDIR /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["python", "/app/healthcheck.py", "/healthz"]
ENTRYPOINT ["locator"]
CMD ["serve"]

# A node in a container:
#
#   docker build -t sluice .
#   docker run -p 7999:7999 -v "$PWD/conf:/opt/sluice/conf:ro" sluice
#
# Settings by environment (SLUICE_GRIP_SIG_KEY=…), by mounting conf/, or by flags after "run".

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
# Libraries change less often than sources: a layer of their own.
COPY pom.xml cluster.xml ./
COPY .mvn .mvn
RUN mvn -q -B -Dquick dependency:go-offline
COPY cluster.xml ./
COPY src/main src/main
RUN mvn -q -B -Dquick -Dmaven.test.skip=true package

FROM eclipse-temurin:25-jre
WORKDIR /opt/sluice
COPY --from=build /build/target/sluice.jar target/sluice.jar
COPY sluice ./
COPY conf conf
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001

# Inside a container loopback reaches nobody. What may reach these two ports is up to who publishes them: 5561 takes
# publishes from whoever reaches it, which has to be said (open); with SLUICE_CONTROL_AUTH_TOKEN or _KEY it asks all the same.
ENV SLUICE_CONTROL_HOST=0.0.0.0 \
    SLUICE_CONTROL_OPEN=true \
    SLUICE_OPS_HOST=0.0.0.0 \
    SLUICE_JVM_OPTS="-XX:MaxRAMPercentage=60"

# Clients, publishers, operators, cluster.
EXPOSE 7999 5561 5580 5701

# The image has no curl; bash can ask by itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SLUICE_OPS_PORT:-5580} && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# The launcher becomes the Java process, so signals reach it: docker stop drains.
ENTRYPOINT ["/opt/sluice/sluice"]
CMD ["run"]

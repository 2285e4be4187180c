# docker build -t essaim . && docker run --rm -p 8001:8001 essaim
#
# Anybody who reaches the port may watch: the container listens on every address, without which nobody could, and Essaim
# does that only when told that strangers are meant (--allow-anonymous). Other settings go into the environment,
# as in -e ESSAIM_AGENTS=1000.

FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /essaim
COPY .mvn .mvn
COPY pom.xml .
COPY protocol protocol
COPY clients clients
COPY server server
COPY bench bench
RUN mvn -B -q -pl server -am -Dmaven.test.skip=true -Dspotless.check.skip=true package

FROM eclipse-temurin:17-jre
COPY --from=build /essaim/server/target/essaim.jar /opt/essaim/essaim.jar
# By number, so that an orchestrator sees that it is not root.
USER 10001:10001
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["curl", "-fsS", "http://127.0.0.1:8001/readyz"]
# Draining takes up to drain-timeout, 10 s, as long as 'docker stop' waits; give it more: docker stop -t 15.
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC", "-jar", "/opt/essaim/essaim.jar"]
CMD ["serve", "--host", "0.0.0.0", "--allow-anonymous"]

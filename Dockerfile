FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/broker ./cmd/replay

# Alpine and not an empty image, because its wget is what the health check needs.
FROM alpine:3.22
RUN addgroup -g 10001 deskbus && adduser -D -H -u 10001 -G deskbus deskbus
# The directories are made here so that volumes mounted over them belong to the
# user. Brokers that share a ticket key must run as the same user.
RUN install -d -m 0700 -o deskbus -g deskbus /var/lib/deskbus /var/lib/deskbus-key
COPY --from=build /out/ /usr/local/bin/
USER 10001:10001
# The image has no configuration: mount one and name it with --config.
HEALTHCHECK --interval=2s --timeout=3s --retries=5 --start-period=60s \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["broker"]

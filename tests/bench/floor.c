/* An echo server that does nothing else. No service that reads and writes with one thread and epoll can be
 * faster. Usage: floor tcp|udp. It prints its port on 127.0.0.1. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[64 * 1024];

static void check(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

/* Binds a socket to a free port, and prints the port once clients may connect. */
static int bound(int kind) {
    int s = socket(AF_INET, kind, 0);
    check(s, "socket");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    check(bind(s, (struct sockaddr *)&address, length), "bind");
    if (kind == SOCK_STREAM) {
        check(listen(s, 4096), "listen");
    }
    check(getsockname(s, (struct sockaddr *)&address, &length), "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return s;
}

static void udp(void) {
    int s = bound(SOCK_DGRAM);
    for (;;) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = recvfrom(s, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length);
        if (n >= 0) {
            sendto(s, buffer, (size_t)n, 0, (struct sockaddr *)&from, length);
        }
    }
}

static void watch(int epoll, int s) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = s};
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event), "epoll_ctl");
}

static void echo(int s) {
    ssize_t n = read(s, buffer, sizeof buffer);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) {
            close(s);
        }
        return;
    }
    for (ssize_t written = 0; written < n;) {
        ssize_t w = write(s, buffer + written, (size_t)(n - written));
        if (w >= 0) {
            written += w;
        } else if (errno != EAGAIN) {
            return;
        }
    }
}

static void tcp(void) {
    int on = 1, listener = bound(SOCK_STREAM);
    int epoll = epoll_create1(0);
    check(epoll, "epoll_create1");
    watch(epoll, listener);
    for (;;) {
        struct epoll_event events[256];
        int n = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd != listener) {
                echo(events[i].data.fd);
                continue;
            }
            int s = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (s >= 0) {
                setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(epoll, s);
            }
        }
    }
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "tcp") == 0) {
        tcp();
    } else if (count == 2 && strcmp(arguments[1], "udp") == 0) {
        udp();
    }
    fprintf(stderr, "usage: floor tcp|udp\n");
    return 2;
}

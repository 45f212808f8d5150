#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/conn_parts.h"
#include "net/scope.h"

/* A name being looked up. It outlives its connection where that ends first. */
struct by_conn_dial {
    uv_getaddrinfo_t request;
    struct by_conn *conn; /* NULL: nobody waits any more */
    unsigned place;
};

static void on_connected(uv_connect_t *request, int result)
{
    struct by_conn *conn = request->data;

    if (conn->state == BY_CONN_CLOSED)
        return;
    if (result == 0)
        by_conn_shake(conn);
    else if (result == UV_ECONNREFUSED)
        by_conn_close(conn, BY_END_REFUSED);
    else
        by_conn_close(conn, result == UV_ETIMEDOUT ? BY_END_NO_ANSWER : BY_END_UNREACHABLE);
}

static void connect_to(struct by_conn *conn, const struct sockaddr *address)
{
    conn->connect.data = conn;
    if (conn->is_hearsay && !by_scope_is_for_others(by_scope_of(address))) {
        by_conn_close(conn, BY_END_UNREACHABLE);
        return;
    }
    if (uv_tcp_connect(&conn->connect, &conn->socket, address, on_connected) != 0)
        by_conn_close(conn, BY_END_UNREACHABLE);
}

void by_conn_dial_drop(struct by_conn *conn)
{
    if (conn->dial == NULL)
        return;
    conn->dial->conn = NULL;
    (void)uv_cancel((uv_req_t *)&conn->dial->request); /* or it comes to its end by itself */
    conn->dial = NULL;
}

static const struct addrinfo *
pick(const struct addrinfo *found, unsigned place, unsigned *out_count)
{
    const struct addrinfo *at = NULL;

    *out_count = 0;
    for (at = found; at != NULL; at = at->ai_next)
        ++*out_count;
    at = found;
    for (unsigned i = 0; *out_count > 0 && i < place % *out_count; i++)
        at = at->ai_next;
    return at;
}

static void on_found(uv_getaddrinfo_t *request, int result, struct addrinfo *found)
{
    struct by_conn_dial *dial = request->data;
    struct by_conn *conn = dial->conn;

    if (conn != NULL) {
        conn->dial = NULL;
        const struct addrinfo *address = pick(found, dial->place, &conn->place_count);
        if (result != 0 || address == NULL)
            by_conn_close(conn, BY_END_NO_HOST);
        else
            connect_to(conn, address->ai_addr);
    }
    uv_freeaddrinfo(found);
    free(dial);
}

static void look_up(struct by_conn *conn, const struct by_conn_goal *goal)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct by_conn_dial *dial = calloc(1, sizeof *dial);
    char service[8];

    if (dial == NULL) {
        by_conn_close(conn, BY_END_HERE);
        return;
    }
    (void)snprintf(service, sizeof service, "%u", goal->port);
    dial->request.data = dial;
    dial->conn = conn;
    dial->place = goal->place;
    if (uv_getaddrinfo(conn->host->loop, &dial->request, on_found, goal->host, service, &hints) !=
        0) {
        free(dial);
        by_conn_close(conn, BY_END_NO_HOST);
        return;
    }
    conn->dial = dial;
}

void by_conn_dial(struct by_conn *conn, const struct by_conn_goal *goal)
{
    struct sockaddr_storage address;

    conn->deadline_ms = uv_now(conn->host->loop) + BY_CONNECT_MS_MAX;
    conn->place_count = 1;
    conn->is_hearsay = goal->is_hearsay;
    by_conn_set_timer(conn);
    if (uv_ip4_addr(goal->host, goal->port, (struct sockaddr_in *)&address) == 0 ||
        uv_ip6_addr(goal->host, goal->port, (struct sockaddr_in6 *)&address) == 0)
        connect_to(conn, (const struct sockaddr *)&address);
    else
        look_up(conn, goal);
}

#include "net/conn.h"

const char *by_conn_end_text(enum by_conn_end end)
{
    switch (end) {
    case BY_END_NONE:
        return N_("connected");
    case BY_END_DONE:
        return N_("ended");
    case BY_END_BY_PEER:
        return N_("the other node said goodbye");
    case BY_END_SECOND:
        return N_("there is another connection to the same node");
    case BY_END_NO_HOST:
        return N_("the name of the host is not known");
    case BY_END_REFUSED:
        return N_("nobody listens there: is the other node running?");
    case BY_END_UNREACHABLE:
        return N_("there is no way to it from here");
    case BY_END_NO_ANSWER:
        return N_("no answer in time: the computer is off, or a firewall keeps its port shut");
    case BY_END_MUTE:
        return N_("connections are taken there and nothing is said, as by another program or a "
                  "node that is too busy");
    case BY_END_HANDSHAKE:
        return N_("it closed the connection without a word, as nodes with another key or of "
                  "another network do, and busy ones");
    case BY_END_GARBLED:
        return N_("what answers there is no banyan node but another program");
    case BY_END_VERSION:
        return N_("the two nodes speak no version in common: upgrade the older one");
    case BY_END_NO_ROLE:
        return N_("the other side has no role in this network");
    case BY_END_NO_ROLE_HERE:
        return N_(
            "they say that your organisation has no role in the network: banyan status tells more");
    case BY_END_NOT_TAKEN_IN:
        return N_("they have not taken you in yet: they may want the six digits that banyan status "
                  "shows here; if the invitation was used by another, has expired or was "
                  "withdrawn, ask for a new one");
    case BY_END_REMOVED:
        return N_("your organisation is no longer a member of the network: banyan status tells "
                  "more");
    case BY_END_CUT:
        return N_("the connection was cut");
    case BY_END_PROTOCOL:
        return N_("a message broke the rules of the protocol");
    case BY_END_STALLED:
        return N_("nothing moved any more");
    case BY_END_HERE:
        return N_("memory or disk of this node failed");
    }
    return "";
}

const char *by_conn_end_name(enum by_conn_end end)
{
    switch (end) {
    case BY_END_NONE:
        return "none";
    case BY_END_DONE:
        return "done";
    case BY_END_BY_PEER:
        return "goodbye";
    case BY_END_SECOND:
        return "second";
    case BY_END_NO_HOST:
        return "no_host";
    case BY_END_REFUSED:
        return "refused";
    case BY_END_UNREACHABLE:
        return "unreachable";
    case BY_END_NO_ANSWER:
        return "no_answer";
    case BY_END_MUTE:
        return "mute";
    case BY_END_HANDSHAKE:
        return "closed";
    case BY_END_GARBLED:
        return "garbled";
    case BY_END_VERSION:
        return "version";
    case BY_END_NO_ROLE:
        return "no_role";
    case BY_END_NO_ROLE_HERE:
        return "no_role_here";
    case BY_END_NOT_TAKEN_IN:
        return "not_taken_in";
    case BY_END_REMOVED:
        return "removed";
    case BY_END_CUT:
        return "cut";
    case BY_END_PROTOCOL:
        return "protocol";
    case BY_END_STALLED:
        return "stalled";
    case BY_END_HERE:
        return "here";
    }
    return "";
}

/*
 * Every bound that a peer, a file or a user can reach. Each is tested at limit - 1, limit and limit
 * + 1.
 */
#ifndef BY_BASE_LIMITS_H
#define BY_BASE_LIMITS_H

#include <assert.h>

/* One entry (docs/protocol.md, Entry). */
#define BY_PAYLOAD_BYTES_MAX (60u * 1024u)
#define BY_LINKS_BYTES_MAX   (60u * 1024u)
#define BY_PARENTS_MAX       64u
#define BY_TOUCHES_MAX       256u /* paths one operation touches */
#define BY_TARGETS_MAX       64u  /* proposals one accept or decline names */
#define BY_REMOVALS_MAX      512u /* additions one removal names */
#define BY_PERSON_BYTES_MAX  128u /* name of who did it, in the remarks of an operation */

/* Payload rules. */
#define BY_DEPTH_MAX             8u
#define BY_MAP_KEYS_MAX          256u
#define BY_STRING_BYTES_MAX      (16u * 1024u)
#define BY_FIELD_CODE_BYTES_MAX  64u
#define BY_FIELD_URL_BYTES_MAX   2048u
#define BY_GEOMETRY_BYTES_MAX    (56u * 1024u) /* encoded, so that other fields fit beside it */
#define BY_PATH_BYTES_MAX        128u
#define BY_TYPE_NAME_BYTES_MAX   64u
#define BY_ORG_NAME_BYTES_MAX    256u
#define BY_DEVICE_NAME_BYTES_MAX 64u
#define BY_INTEGER_SAFE_MAX                                                                        \
    9007199254740992.0 /* 2^53: integral floats up to it are written as integers */

/* Blocks and seals: a block is a run of entries of one log that ends in a seal. */
#define BY_BLOCK_ENTRIES_MAX 64u
#define BY_BLOCK_BYTES_MAX   (192u * 1024u) /* canonical size, recomputed parts included */
#define BY_SEAL_ENTRIES_MAX  64u
#define BY_SEAL_BYTES_MAX    (64u * 1024u) /* a stretch is sealed once it holds this much */

/* Charter. */
#define BY_FOUNDERS_MAX         32u
#define BY_FOUNDER_DEVICES_MAX  16u
#define BY_OPENS_PER_DEVICE_MAX 16u
#define BY_OPENS_PER_ORG_MAX    64u
#define BY_ACTS_MAX             100000u
#define BY_ALLOWS_MAX           64u /* allow acts that are looked at for one device or organisation */
#define BY_CUT_ACTS_MAX         256u /* acts up to which one lowering lets acts stand */
#define BY_CUT_TIPS_MAX         192u /* tips of record logs in one act */
#define BY_LEVEL_MAX            65535u

/* Bundles. */
#define BY_BUNDLE_READERS_MAX     1024u
#define BY_BUNDLE_CHUNK_BYTES_MAX (256u * 1024u)
#define BY_SETTING_NAME_BYTES_MAX 128u
#define BY_SETTING_PART_BYTES_MAX (64u * 1024u)
#define BY_SETTINGS_BYTES_MAX     (32u * 1024u * 1024u) /* of all in one backup, in memory */

/* Proofs of records, and signed views. */
#define BY_PROOF_BYTES_MAX     (16u * 1024u * 1024u)
#define BY_VIEW_SIGNATURES_MAX 256u

/* Invitation codes as typed, pasted or scanned. */
#define BY_CODE_TEXT_BYTES_MAX (64u * 1024u) /* a message with quotations below it */
#define BY_CODE_ADDRESSES_MAX  4u
#define BY_ADDRESS_BYTES_MAX   128u

/* Transport between nodes (docs/protocol.md, Transport). */
#define BY_FRAME_BYTES_MAX      65535u /* one Noise message */
#define BY_HELLO_BYTES_MAX      256u
#define BY_MESSAGE_BYTES_MAX    (256u * 1024u) /* of one message, where the owner says nothing */
#define BY_STRANGER_BYTES_MAX   4096u          /* memory of a connection before its peer is known */
#define BY_LIMITED_BYTES_MAX    (64u * 1024u)  /* plain text that an unknown key may send */
#define BY_LIMITED_MS_MAX       (15u * 1000u)
#define BY_FIRST_MESSAGE_MS_MAX (10u * 1000u)
#define BY_HANDSHAKE_MS_MAX     (15u * 1000u)
#define BY_GOODBYE_MS_MAX       (15u * 1000u) /* to flush the last bytes */
#define BY_SESSION_MS_MAX       (24u * 60u * 60u * 1000u)

/* Sessions (docs/protocol.md, Sessions). */
#define BY_SYNC_WINDOW_BYTES      (256u * 1024u) /* blocks sent and not yet stored by the peer */
#define BY_SYNC_LIMITED_BYTES     (40u * 1024u)  /* the same for an unknown key, for good */
#define BY_SYNC_TOP_UP_BYTES      (32u * 1024u)  /* least that a window is widened by */
#define BY_SYNC_PLACES_MAX        4096u          /* logs in one frontier message */
#define BY_SYNC_POSITIONAL_MAX    512u           /* above, buckets are compared first */
#define BY_SYNC_SAMPLES_MAX       40u            /* entries that one offer names */
#define BY_SYNC_OFFERS_MAX        16u            /* branches offered and not yet answered */
#define BY_SYNC_REPLIES_BYTES_MAX (64u * 1024u)  /* not yet sent; above, nothing is read */
#define BY_SYNC_GAPS_MAX          4u             /* times that what is before a run is asked for */
#define BY_SYNC_STALL_MS_MAX      (120u * 1000u) /* without progress while the peer is to act */
#define BY_SYNC_RESYNC_MS         (10u * 60u * 1000u) /* between comparisons when live */
#define BY_LOOKS_BURST            64u   /* questions about the view that a peer may ask at once */
#define BY_LOOKS_INTERVAL_MS      250u  /* between them in the long run */
#define BY_SEEN_RECORDS_MAX       128u  /* records of a bucket in one answer */
#define BY_SEEN_IDS_MAX           1024u /* operations of a record that one answer names */

/* Nodes on the network (docs/protocol.md, Nodes). */
#define BY_ADDRESSES_MAX         256u /* that a node keeps */
#define BY_ADDRESSES_PER_KEY_MAX 8u
#define BY_PEERS_MAX             1000u /* connections */
#define BY_STRANGERS_MAX         64u   /* of them in the handshake */
#define BY_STRANGERS_UNKNOWN_MAX 48u   /* of them from addresses where no member was met */
#define BY_STRANGERS_PER_IP_MAX  8u
#define BY_DIALS_MAX             8u /* connections that a node opens and keeps */
#define BY_DIALS_TOLD_MAX        5u /* beside them: to addresses that it has from notes alone */
#define BY_LISTEN_MAX            8u
#define BY_PEER_QUEUE_BYTES      (1024u * 1024u) /* to be written to one peer: beyond, no more */
#define BY_QUEUES_BYTES_MAX      (64u * 1024u * 1024u) /* to all */
#define BY_WRITE_STALL_MS_MAX    (60u * 1000u)         /* of a peer that takes nothing */
#define BY_CONNECT_MS_MAX        (10u * 1000u)
#define BY_REDIAL_MS_MIN         1000u
#define BY_REDIAL_MS_MAX         (120u * 1000u)
#define BY_REDIAL_TOLD_MS_MAX    (10u * 60u * 1000u) /* where no note but its own speaks for it */
#define BY_BEACONS_PER_S_MAX     20u                 /* weighed of what comes from the LAN */

/* Notes, what a device says of itself (docs/protocol.md, Notes). */
#define BY_NOTE_BODY_BYTES_MAX       (19u * 1024u)
#define BY_NOTE_COUNTER_MAX          ((UINT64_C(1) << 62) - 1)
#define BY_NOTE_MADE_MS_MAX          ((UINT64_C(1) << 48) - 1)
#define BY_NOTE_ADDRESSES_MAX        8u    /* that one device tells */
#define BY_STANDING_LOGS_MAX         1024u /* that one standing names */
#define BY_NOTES_DEVICES_PER_ORG_MAX 64u   /* whose notes are kept */
#define BY_NOTES_MAX                 4096u /* that a node keeps */
#define BY_NOTES_INTERVAL_MS                                                                       \
    (60u * 1000u)                 /* between notes of one device and kind, in the long run */
#define BY_NOTES_BURST      8u    /* that may come sooner */
#define BY_SYNC_NOTES_MAX   32u   /* notes in one message */
#define BY_SYNC_NOTES_BYTES 4096u /* a message with so much takes no further note */

/* A node at work among peers (live/live.h). */
#define BY_LIVE_QUEUE_BYTES_MAX                                                                    \
    (16u * 1024u * 1024u) /* of runs to store: beyond, hosts do not read */
#define BY_LIVE_BATCH_BYTES_MAX (4u * 1024u * 1024u) /* of runs in one commit */
#define BY_LIVE_ASIDE_BYTES_MAX                                                                    \
    (8u * 1024u * 1024u) /* of one peer's acts whose past is missing                               \
                          */

#define BY_LIVE_LOOKS_MAX 64u /* questions of peers about the view that wait, of all together */

/* The view lets runs go first until none has come for so long, but never lags for longer. */
#define BY_LIVE_VIEW_QUIET_MS 50u
#define BY_LIVE_VIEW_LAG_MS   5000u

/* What went over a connection, until it is told in records (log/extent.h). */
#define BY_EXTENTS_PER_LOG_MAX 4u
#define BY_TALLY_LISTED_MAX    10u /* records named of those edited on both sides */

/* Forks: branches that count above the first fork point (docs/protocol.md, Forks). */
#define BY_FORK_BRANCHES_MAX 4u

/* What a network says of its types and lists (docs/protocol.md, Types). */
#define BY_DEFINITIONS_BYTES_MAX     (1024u * 1024u) /* unpacked */
#define BY_DEFINITION_NAME_BYTES_MAX 48u
#define BY_DEFINITION_TEXT_BYTES_MAX 256u  /* of a label or another way to write a code */
#define BY_DEFINITION_ITEMS_MAX      4096u /* codes of a list, and of every other array */

/* JSON and GeoJSON read from users. */
#define BY_JSON_BYTES_MAX (4u * 1024u * 1024u)
#define BY_JSON_DEPTH_MAX 32u

/* Tables read from files. */
#define BY_LINE_BYTES_MAX       (1024u * 1024u) /* of a line, and of a row */
#define BY_CELLS_MAX            4096u           /* of a row */
#define BY_XML_BYTES_MAX        (4ull << 30)    /* of one part of a workbook, unpacked */
#define BY_XML_TAG_BYTES_MAX    (1024u * 1024u) /* of a tag, a remark */
#define BY_XLSX_TEXTS_BYTES_MAX (256u << 20)    /* of the texts that its cells share */

/* What the view shows of one record, and a text of one value; logs and merge know no such bound. */
#define BY_DOCUMENT_BYTES_MAX   (1024u * 1024u)
#define BY_VALUE_TEXT_BYTES_MAX (64u * 1024u)

/* Clock: a node never stamps further ahead of its wall clock than this. */
#define BY_CLOCK_AHEAD_MS_MAX (10u * 60u * 1000u)

static_assert(BY_SEAL_BYTES_MAX + BY_PAYLOAD_BYTES_MAX + BY_LINKS_BYTES_MAX + 1024u <=
                  BY_BLOCK_BYTES_MAX,
              "a stretch that ends in one largest entry fits a block");

#endif

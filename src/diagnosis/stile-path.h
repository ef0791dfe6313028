/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"

G_BEGIN_DECLS

#define STILE_TYPE_PATH (stile_path_get_type ())
G_DECLARE_FINAL_TYPE (StilePath, stile_path, STILE, PATH, GObject)

/* This computer, proxy, middlebox, the service's front, the service: more is told as one. */
#define STILE_PATH_MAX_HOPS 6
#define STILE_PATH_MAX_LAYERS 4
#define STILE_PATH_MAX_CHANGES 8

/**
 * StileHopKind:
 *
 * Who takes part in a connection.
 */
typedef enum
{
  STILE_HOP_COMPUTER,
  STILE_HOP_PROXY,
  STILE_HOP_MIDDLEBOX,
  STILE_HOP_FRONT,
  STILE_HOP_SERVICE,
} StileHopKind;

/**
 * StileHopTrust:
 * @STILE_HOP_OPEN: nobody can say yet, or it does not matter
 * @STILE_HOP_GOOD: it is who it should be, or is trusted here
 * @STILE_HOP_BAD: it is not trusted here
 */
typedef enum
{
  STILE_HOP_OPEN,
  STILE_HOP_GOOD,
  STILE_HOP_BAD,
} StileHopTrust;

/**
 * StileCertainty:
 * @STILE_CERTAINTY_UNKNOWN: drawn dotted
 * @STILE_CERTAINTY_LIKELY: drawn dashed
 * @STILE_CERTAINTY_PROVEN: drawn solid
 */
typedef enum
{
  STILE_CERTAINTY_UNKNOWN,
  STILE_CERTAINTY_LIKELY,
  STILE_CERTAINTY_PROVEN,
} StileCertainty;

/**
 * StilePathSession:
 * @STILE_PATH_SESSION_NONE: no session of its own goes from end to end
 * @STILE_PATH_SESSION_PLANNED: one is to be
 * @STILE_PATH_SESSION_ESTABLISHED: it is up, and the service is who it must be
 * @STILE_PATH_SESSION_FAILED: it did not come up, or did not last
 */
typedef enum
{
  STILE_PATH_SESSION_NONE,
  STILE_PATH_SESSION_PLANNED,
  STILE_PATH_SESSION_ESTABLISHED,
  STILE_PATH_SESSION_FAILED,
} StilePathSession;

/**
 * StileHop:
 * @name: "Middlebox", or the service's host
 * @what: a line about it
 * @trust_word: (nullable): "Untrusted"
 * @details: (element-type utf8): label, value, label, value, …
 * @spoken: the hop in a sentence, with its place among the others
 */
typedef struct
{
  StileHopKind kind;
  char *name;
  char *what;
  StileHopTrust trust;
  char *trust_word;
  StileCertainty certainty;
  GPtrArray *details;
  char *spoken;
} StileHop;

/**
 * StileLeg:
 * @layers: "HTTP/1.1", "TLS 1.3", "TCP": from the inside out; what ends at both hops of this leg
 * @certainty: how sure it is
 * @changed: (element-type utf8): what was changed or blocked on it, a few words each
 *
 * What is between one hop and the next.
 */
typedef struct
{
  GPtrArray *layers;
  StileCertainty certainty;
  GPtrArray *changed;
} StileLeg;

guint stile_path_get_n_hops (StilePath *self);
const StileHop *stile_path_get_hop (StilePath *self, guint index);
const StileLeg *stile_path_get_leg (StilePath *self, guint index);
StilePathSession stile_path_get_session (StilePath *self);
const char *stile_path_get_spoken (StilePath *self);

/* For those who make one. */
StilePath *stile_path_new (void);
StileHop *stile_path_add_hop (StilePath *self, StileHopKind kind, const char *name, const char *what);
void stile_path_set_trust (StileHop *hop, StileHopTrust trust, const char *word);
void stile_path_add_detail (StileHop *hop, const char *label, const char *value);
void stile_path_add_layer (StilePath *self, guint leg, const char *word);
void stile_path_set_certainty (StilePath *self, guint leg, StileCertainty certainty);
void stile_path_add_change (StilePath *self, guint leg, const char *words);
void stile_path_set_session (StilePath *self, StilePathSession session);
void stile_path_set_spoken (StilePath *self, const char *text);
void stile_path_speak (StilePath *self, const char *const *what);

G_END_DECLS

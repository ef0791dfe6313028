/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-export-source.h"

G_BEGIN_DECLS

/* Domains, registrars and agents that are named on top.  A station has one of each, as a rule. */
#define STILE_ACCEPTANCE_MAX_PARTIES 12

/* Why a device is not in its domain, in characters: half a page. */
#define STILE_ACCEPTANCE_MAX_REASON 1000

/**
 * StileAcceptanceLabel:
 * @label: what it is
 * @value: for people, cleaned
 * @fingerprint: (nullable): SHA-256 in groups of four, on two lines
 *
 * A line of the head.
 */
typedef struct
{
  const char *label;
  char *value;
  char *fingerprint;
} StileAcceptanceLabel;

/**
 * StileAcceptanceRow:
 * @serial: cleaned, as all that follows
 * @name: name and model
 * @result: in words
 * @when: the last change, in local time
 * @fingerprint: of the certificate that the device has now, as in #StileAcceptanceLabel; "–" for none
 * @reason: (nullable): why it is not in its domain; %NULL when nothing is to be said about it
 */
typedef struct
{
  char *serial;
  char *name;
  const char *result;
  char *when;
  char *fingerprint;
  char *reason;
} StileAcceptanceRow;

/**
 * StileAcceptance:
 * @labels: (element-type StileAcceptanceLabel): who, when, which domain
 * @rows: (element-type StileAcceptanceRow): a device each
 * @n_done: in their domain
 * @n_failed: with which something went wrong
 * @n_refused: that did not take what they were brought
 * @n_open: with which something is still to be done
 * @n_reasons: rows with a reason
 * @cancellable: (nullable): to stop
 *
 * What an acceptance report says, for paper and screen alike.
 */
typedef struct
{
  GPtrArray *labels;
  GPtrArray *rows;
  guint n_done;
  guint n_failed;
  guint n_refused;
  guint n_open;
  guint n_reasons;
  GCancellable *cancellable;
} StileAcceptance;

StileAcceptance *stile_acceptance_new (const StileExportSource *source,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_acceptance_free (StileAcceptance *self);

const char *stile_acceptance_get_title (void);
char *stile_acceptance_group_digits (const char *fingerprint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileAcceptance, stile_acceptance_free)

G_END_DECLS

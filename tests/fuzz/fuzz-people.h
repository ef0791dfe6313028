/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

#define FUZZ_PEOPLE_SERIAL "PID:X1 SN:0007"
#define FUZZ_PEOPLE_NONCE "zlHgpVRJCKS5mzm5tZ9kGQ=="

/* Everybody of BRSKI-PRM: a signature is what a fuzzer never finds, and behind it are the parsers. */
typedef struct
{
  TestPki *maker;
  TestPki *masa;
  TestPki *device;
  TestPki *domain;
  TestPki *registrar;
  TestPki *agent;
} FuzzPeople;

/* The same ones each time, with keys of this process. */
const FuzzPeople *fuzz_people_get (void);
StileIdentity *fuzz_people_get_identity (TestPki *who);

/*
 * What is sent: @data with $DOMAIN, $REGISTRAR and $DEVICE (their certificates), $ISSUED (the device's as EST has it), and $ASKED
 * (what an agent has signed for the device), in base64 each; then by @who: '0' as it is, '1' signed by the device, '2' by the agent, '3' by the registrar, '4' by
 * MASA and registrar.  (transfer full)
 */
GBytes *fuzz_people_make (guint8 who, const guint8 *data, gsize size);

G_END_DECLS

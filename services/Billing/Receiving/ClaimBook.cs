using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Sending;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>
/// The claims that an answer may be about, with what hangs on them: the claims that they correct or that correct them, open work items, lines and milestones.
/// Applies acknowledgements and decisions to them, without a database.
/// </summary>
internal sealed class ClaimBook
{
    private readonly TimeProvider clock;
    private readonly Dictionary<ClaimId, Claim> claims;
    private readonly HashSet<ClaimId> moved = [];
    private readonly Dictionary<ClaimId, WorkItem> opened = [];
    private readonly ILookup<ClaimId, Claim> corrections;
    private readonly ILookup<ClaimLineId, Claim> ofLine;
    private readonly ILookup<ClaimId, WorkItem> waiting;
    private readonly ILookup<MilestoneId, ClaimLine> ofMilestone;
    private readonly Dictionary<ClaimLineId, Milestone> milestones;

    private ClaimBook(Dictionary<ClaimId, Claim> claims, IEnumerable<WorkItem> items, IReadOnlyCollection<ClaimLine> lines,
        Dictionary<MilestoneId, Milestone> milestones, TimeProvider clock)
    {
        (this.clock, this.claims) = (clock, claims);
        corrections = claims.Values.Where(c => c.Corrects is not null).ToLookup(c => c.Corrects!.Value);
        ofLine = claims.Values.ToLookup(c => c.ClaimLineId);
        waiting = items.ToLookup(w => w.ClaimId!.Value);
        ofMilestone = lines.ToLookup(l => l.MilestoneId!.Value);
        this.milestones = lines.ToDictionary(l => l.Id, l => milestones[l.MilestoneId!.Value]);
    }

    /// <summary>The claims.</summary>
    public IReadOnlyCollection<Claim> Claims => claims.Values;

    /// <summary>One of them.</summary>
    public Claim this[ClaimId id] => claims[id];

    /// <summary>Work items opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Claims moved.</summary>
    public int Moved => moved.Count;

    /// <summary>Reads what hangs on these claims.</summary>
    public static async Task<ClaimBook> Of(BillingDb db, List<Claim> named, TimeProvider clock, CancellationToken cancellationToken)
    {
        var ids = named.ConvertAll(c => c.Id);
        var corrected = named.Select(c => c.Corrects).OfType<ClaimId>().ToList();
        var lineIds = named.ConvertAll(c => c.ClaimLineId);
        var milestoneIds = await db.ClaimLines.Where(l => lineIds.Contains(l.Id) && l.MilestoneId != null).Select(l => l.MilestoneId!.Value).Distinct()
            .ToListAsync(cancellationToken);
        var lines = await db.ClaimLines.AsNoTracking().Where(l => l.MilestoneId != null
            && milestoneIds.Contains(l.MilestoneId.Value)).ToListAsync(cancellationToken);
        var milestones = await db.Milestones.AsNoTracking().Where(m => milestoneIds.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancellationToken);
        var allLines = lines.Select(l => l.Id).Union(lineIds)
            .Union(await db.Claims.Where(c => corrected.Contains(c.Id)).Select(c => c.ClaimLineId).ToListAsync(cancellationToken)).ToList();
        var others = await db.Claims.AsNoTracking()
            .Where(c => corrected.Contains(c.Id) || (c.Corrects != null && ids.Contains(c.Corrects.Value)) || (c.Live && allLines.Contains(c.ClaimLineId)))
            .ToListAsync(cancellationToken);
        var items = await db.WorkItems.AsNoTracking()
            .Where(w => w.ResolvedAt == null && w.PostingId == null && w.ClaimId != null && ids.Contains(w.ClaimId.Value)).ToListAsync(cancellationToken);
        return new(named.Concat(others).DistinctBy(c => c.Id).ToDictionary(c => c.Id), items, lines, milestones, clock);
    }

    /// <summary>Gateway or payer took the claim in.</summary>
    public void Take(Changes changes, Claim claim, Proto.ClaimState to, IEnumerable<string> codes, ReceivedFileId file)
    {
        // That the gateway took the file in says nothing against a rejection that came first; that the payer took the claim in does.
        if (claim.State == Proto.ClaimState.Rejected && to == Proto.ClaimState.Accepted)
            Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, claim, "accepted after it was rejected", codes,
                "Ask the payer which of both holds before sending it again.", file);
        else if (Rank(claim.State) is { } rank && rank < Rank(to))
            Move(changes, claim, to, codes, file);
    }

    /// <summary>Gateway or payer refused the claim before anyone decided on it.</summary>
    public void Reject(Changes changes, Claim claim, IReadOnlyList<string> codes, ReceivedFileId file)
    {
        if (claim.State == Proto.ClaimState.Rejected)
            return;
        if (Rank(claim.State) is null)
        {
            Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, claim, $"rejected although it is {WireCode.Lower(claim.State)}", codes,
                "What the payer decided stands; ask it what the rejection is about.", file);
            return;
        }

        claim.Live = false;
        // What it was to correct stands again, unless something else was made of its line since.
        if (claim.Corrects is { } id && claims.TryGetValue(id, out var original) && !original.IsDead
            && !ofLine[original.ClaimLineId].Any(c => c != original && c.Live))
        {
            original.Live = true;
            changes.Update(original);
        }

        Move(changes, claim, Proto.ClaimState.Rejected, codes, file);
        Open(changes, Proto.WorkItemKind.Rejected, claim, "rejected before anyone decided on it", codes,
            claim.Corrects is null ? "Correct what the codes name and send the line again as an original: name it in CreateClaimBatch."
                : "Correct what the codes name and correct the claim again.", file);
    }

    /// <summary>
    /// Adds what a payer decided to the claim: money first, then its state once. A claim that another one replaced or voided takes the money and stays what
    /// it is.
    /// </summary>
    public void Decide(Changes changes, Claim claim, IReadOnlyList<Posting> postings, bool denied, bool reversal, ReceivedFileId? file)
    {
        foreach (var posting in postings)
        {
            claim.Paid += posting.Paid;
            claim.Adjusted += posting.Adjusted;
            claim.Allowed += posting.Allowed;
        }

        // The number of a reversal is that of the payment that is gone.
        if (!reversal && postings.LastOrDefault(p => p.PayerClaim.Length > 0) is { } last)
            claim.PayerClaim = last.PayerClaim;
        changes.Update(claim);
        var codes = postings.SelectMany(p => p.Codes()).Distinct(StringComparer.Ordinal).ToList();
        if (claim.State is Proto.ClaimState.Replaced or Proto.ClaimState.Voided)
            return;
        // What was given up is outstanding or paid again: the payer acted on it.
        claim.WrittenOff = 0;
        Move(changes, claim, StateOf(claim, reversal, denied), codes, file);
        Correct(changes, claim, reversal, file);
        Settle(changes, claim, codes, postings, file);
        if (claim is { State: Proto.ClaimState.Denied, Frequency: Proto.ClaimFrequency.Replacement, Corrects: { } id }
            && claims.TryGetValue(id, out var original) && original.Paid > 0 && !original.IsDead)
            AfterDenial(changes, claim, original, codes, file);
        ReachMilestone(changes, claim);
    }

    /// <summary>Adds something that a person has to look at.</summary>
    public WorkItem Open(
        Changes changes, Proto.WorkItemKind kind, Claim? claim, string what, IEnumerable<string> codes, string guide, ReceivedFileId? file,
            string provider = "",
        Posting? posting = null, IEnumerable<Claim>? candidates = null, decimal amount = 0)
    {
        var item = changes.Insert(new WorkItem
        {
            Id = WorkItemId.New(clock),
            Provider = claim?.Provider ?? provider,
            Kind = kind,
            ClaimId = claim?.Id,
            Candidates = [.. (candidates ?? []).Select(c => c.Id.Value).Distinct()],
            PostingId = posting?.Id,
            ReceivedFileId = file,
            What = what,
            Codes = [.. codes],
            Guide = guide,
            Amount = posting?.Paid ?? (claim is null || amount != 0 ? amount : Math.Max(0, claim.Expected - claim.Paid)),
            ActThrough = claim?.FileThrough,
            RecordedAt = changes.Now,
        });
        Opened++;
        if (claim is not null)
            opened[claim.Id] = item;
        return item;
    }

    private void Move(Changes changes, Claim claim, Proto.ClaimState to, IEnumerable<string> codes, ReceivedFileId? file)
    {
        moved.Add(claim.Id);
        claim.Move(changes, to, codes, file);
    }

    /// <summary>How far an acknowledgement brought it; null once a payer or a person decided, and before it is in a file.</summary>
    private static int? Rank(Proto.ClaimState state) => state switch
    {
        Proto.ClaimState.Batched => 1,
        Proto.ClaimState.Sent => 2,
        Proto.ClaimState.Received => 3,
        Proto.ClaimState.Accepted => 4,
        _ => null,
    };

    private static Proto.ClaimState StateOf(Claim claim, bool reversal, bool denied) =>
        claim.Frequency == Proto.ClaimFrequency.Void ? denied ? Proto.ClaimState.Denied : Proto.ClaimState.Voided
        : claim.Paid == 0 ? reversal ? Proto.ClaimState.Reversed : Proto.ClaimState.Denied
        : claim.Paid >= claim.Expected ? Proto.ClaimState.Paid : Proto.ClaimState.PartlyPaid;

    /// <summary>A replacement or void that the payer decided on takes the place of what it corrects.</summary>
    private void Correct(Changes changes, Claim claim, bool reversal, ReceivedFileId? file)
    {
        if (claim.State == Proto.ClaimState.Voided)
            claim.Live = false;
        if (claim.Corrects is { } id && claim.State != Proto.ClaimState.Denied && claims.TryGetValue(id, out var original) && !original.IsDead)
            Move(changes, original, claim.Frequency == Proto.ClaimFrequency.Void ? Proto.ClaimState.Voided : Proto.ClaimState.Replaced, [], file);
        // The payer answers a void with the reversal of the claim that it is about.
        var taker = corrections[claim.Id].FirstOrDefault(c => c.Frequency == Proto.ClaimFrequency.Void && c.WasBatched && !c.IsDead);
        if (reversal && taker is not null)
        {
            taker.Live = false;
            Move(changes, taker, Proto.ClaimState.Voided, [], file);
            Move(changes, claim, Proto.ClaimState.Voided, [], file);
        }
    }

    private void Settle(Changes changes, Claim claim, List<string> codes, IReadOnlyList<Posting> postings, ReceivedFileId? file)
    {
        foreach (var item in waiting[claim.Id])
            item.Resolve(changes, null);
        // Of several decisions in a file the last one opens the item that stands.
        if (opened.Remove(claim.Id, out var earlier))
            earlier.ResolvedAt = changes.Now;
        if (claim.State is not (Proto.ClaimState.Denied or Proto.ClaimState.PartlyPaid))
            return;
        var reason = postings.SelectMany(p => p.Adjustments).OrderByDescending(a => a.Amount.ToSigned()).FirstOrDefault()?.Reason ?? "";
        Open(changes, Proto.WorkItemKind.Denied, claim, claim.State == Proto.ClaimState.Denied ? "denied" : "paid less than the rules say", codes,
            $"{DenialCodes.GuideOf(reason)} A replacement names payer claim {claim.PayerClaim}.", file);
    }

    /// <summary>
    /// A replacement of a paid claim was denied. Where the payer pays the original still, the original stands again; where it does not, its money is taken back:
    /// it counts as paid until that comes, and a person knows of it.
    /// </summary>
    private void AfterDenial(Changes changes, Claim replacement, Claim original, List<string> codes, ReceivedFileId? file)
    {
        if (replacement.OriginalStands == true)
        {
            (replacement.Live, original.Live) = (false, true);
            changes.Update(original);
            if (opened.Remove(replacement.Id, out var denied))
                denied.ResolvedAt = changes.Now;
        }
        else if (replacement.OriginalStands == false && !waiting[original.Id].Any(w => w.Kind == Proto.WorkItemKind.TakenBack))
        {
            Open(changes, Proto.WorkItemKind.TakenBack, original, "its replacement is denied, and the payer does not pay the original again", codes,
                $"Expect {original.Paid.Dollars().Amount} back by a reversal, or by WO in the provider amounts, of payer claim {original.PayerClaim}; correct the replacement in time.",
                file, amount: original.Paid);
        }
    }

    /// <summary>A milestone is paid when each of its lines is, and denied while one is and none waits for the payer.</summary>
    private void ReachMilestone(Changes changes, Claim claim)
    {
        if (!milestones.TryGetValue(claim.ClaimLineId, out var milestone))
            return;
        if (milestone.State is not (Proto.MilestoneState.Claimed or Proto.MilestoneState.Paid or Proto.MilestoneState.ClaimDenied))
            return;
        var states = ofMilestone[milestone.Id].Where(l => l.State == Proto.ClaimLineState.Ready)
            .Select(l => ofLine[l.Id].FirstOrDefault(c => c.Live)?.State).ToList();
        var state = states.Count == 0 ? Proto.MilestoneState.Claimed
            : states.TrueForAll(s => s is Proto.ClaimState.Paid or Proto.ClaimState.PartlyPaid) ? Proto.MilestoneState.Paid
            : states.TrueForAll(s => s is Proto.ClaimState.Paid or Proto.ClaimState.PartlyPaid or Proto.ClaimState.Denied or Proto.ClaimState.Reversed)
                ? Proto.MilestoneState.ClaimDenied : Proto.MilestoneState.Claimed;
        if (state == milestone.State)
            return;
        milestone.State = state;
        changes.Update(milestone);
    }
}

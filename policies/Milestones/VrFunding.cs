namespace Ips.Policies.Milestones;

/// <summary>Who pays a milestone that the grid prints with VR as funder: VR first, Alliance only where a document shows that VR does not.</summary>
public static class VrFunding
{
    /// <summary>The funder, where it is settled.</summary>
    public static Funder? FunderOf(VrStatus? status) => status switch
    {
        VrStatus.Funding or VrStatus.Paid => Funder.Vr,
        VrStatus.Ineligible or VrStatus.Closed or VrStatus.Refused => Funder.Alliance,
        _ => null,
    };

    /// <summary>How far the question of the funder is settled.</summary>
    public static Verdict Settled(VrStatus? status, DateOnly? nonFundingDocument) => status switch
    {
        VrStatus.Funding or VrStatus.Paid => Verdict.Met,
        VrStatus.Ineligible or VrStatus.Closed or VrStatus.Refused => nonFundingDocument is null ? Verdict.NeedsFacts : Verdict.Met,
        VrStatus.DeclinedByIndividual => Verdict.NeedsReview,
        _ => Verdict.NeedsFacts,
    };

    /// <summary>What has to be known before the funder is settled.</summary>
    internal static IEnumerable<Fact> Facts(VrStatus? status, DateOnly? nonFundingDocument)
    {
        yield return new("vrStatus", status is not null and not VrStatus.Determining);
        if (FunderOf(status) == Funder.Alliance)
            yield return new("vrNonFundingDocumentDate", nonFundingDocument is not null);
    }
}

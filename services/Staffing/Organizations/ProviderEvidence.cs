using Ips.Policies.Staffing;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>What is on file about a provider as the policies name it.</summary>
internal static class ProviderEvidence
{
    /// <summary>The facts of a decision.</summary>
    /// <param name="facts">Records about the provider; those that were withdrawn count for nothing.</param>
    /// <param name="contracts">Its accepted contracts in the program.</param>
    /// <param name="firstService">The day from which a team of it works in the program; null without a team.</param>
    public static ProviderReadinessFacts Of(IReadOnlyList<OrganizationFact> facts, IReadOnlyList<Contract> contracts, DateOnly? firstService) => new()
    {
        Records = [.. facts.Where(f => f.Counts && f.Kind != Proto.OrganizationFactKind.DocumentRequest).SelectMany(Records), .. contracts.Select(c => new ProviderRecord(ProviderRecordKind.Contract, c.From, c.Through))],
        FirstServiceDate = firstService,
    };

    private static IEnumerable<ProviderRecord> Records(OrganizationFact fact)
    {
        if (fact.From is { } from && fact.Kind is not (Proto.OrganizationFactKind.WrittenPolicy or Proto.OrganizationFactKind.ImplementationPlan)
            && fact.AdverseChange != Proto.AdverseAccreditationChange.Denied)
            yield return new(fact.Kind.ToPolicy(), from, fact.Through, fact.Body.ToPolicy());
        if (fact.AppliedOn is { } applied)
        {
            yield return new(fact.Kind == Proto.OrganizationFactKind.VrVendor ? ProviderRecordKind.VrVendorApplication : ProviderRecordKind.AccreditationApplication,
                applied, ProofOnFile: fact.ProofOnFile);
        }

        if (fact.FeePaidOn is { } paid)
            yield return new(ProviderRecordKind.AccreditationFee, paid, ProofOnFile: fact.ProofOnFile);
        if (fact.SubmittedOn is { } sent)
            yield return new(ProviderRecordKind.IntegrationAgreementSubmission, sent, AllComponents: fact.AllComponents);
    }
}

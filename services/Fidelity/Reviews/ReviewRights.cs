using Ips.Contracts;
using Ips.Fidelity.Db;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// Who records a review, or plans its visit. The state department's is that of the state agency of the program alone. Any other is that of this agency, or of
/// a payer
/// in whose network the team's provider is: both receive its report.
/// </summary>
public sealed class ReviewRights(FidelityDb db, PolicyService policies, Caller caller)
{
    /// <summary>The problem of a caller that may not; null when it may.</summary>
    internal async Task<Problem?> Refused(string program, Proto.Evaluator evaluator, string provider, CancellationToken cancellationToken)
    {
        var agency = policies.Engine.Programs[program].Jurisdiction.StateAgency;
        if (caller.Role == Roles.State && caller.Organization == agency)
            return null;
        if (caller.Role == Roles.State || evaluator == Proto.Evaluator.Dhhs)
            return new Problem.Forbidden($"a review of evaluator {WireCode.Lower(evaluator)} in {program} is recorded by its state agency, {agency}");
        return await db.IsInNetwork(provider, cancellationToken)
            ? null
            : new Problem.Forbidden("a payer records reviews of teams in its network; no contract with this provider is in force today");
    }
}

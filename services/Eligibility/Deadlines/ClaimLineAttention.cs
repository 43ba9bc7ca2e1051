using Ips.Contracts;

namespace Ips.Eligibility.Deadlines;

/// <summary>
/// Keeps the deadline for a person's answer about a claim line that needs attention. Billing decides claim lines and publishes what it decided; all deadlines of
/// a person are in one list, here.
/// </summary>
public sealed class ClaimLineAttention(DeadlineReader deadlines, Requests requests, Caller caller, TimeProvider clock)
{
    /// <param name="line">The claim line.</param>
    /// <param name="rule">The rule that refuses it now; null when it stands or was voided.</param>
    /// <param name="program">Its program.</param>
    /// <param name="provider">Its tenant.</param>
    /// <param name="individual">Its person.</param>
    /// <param name="message">The row that marks the message about it as processed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task Handle(ClaimLineId line, string? rule, string program, string provider, IndividualId individual, IProcessedOnce message,
        CancellationToken cancellationToken) => requests.Run(message, async s =>
        {
            var due = await deadlines.About(caller, line.Name, s);
            Changes changes = new(clock.GetUtcNow());
            due.SyncAttention(line.Name, rule, program, provider, individual, changes);
            return changes;
        }, cancellationToken);
}

using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.ServiceOrders;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Decides again what rests on the facts of a person, in the order in which one rests on the other, and stores all of it at once. The same answer stands and
/// nothing is stored. Anything else needs attention, with an event and a deadline, until it stands again or a person answers.
/// </summary>
public sealed class ReconsiderPerson(
    Requests requests, ReconsiderDeterminations determinations, ReconsiderServiceOrders orders, ReconsiderAuthorizations authorizations, ApprovedPeople approved,
    TimeProvider clock)
{
    /// <summary>A fact was corrected, or records were merged or separated: everything is decided again.</summary>
    public Task Handle(IReadOnlyCollection<IndividualId> people, IProcessedOnce message, CancellationToken cancellationToken) =>
        requests.Run(message, async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            foreach (var individual in people)
            {
                if (!(await determinations.Decide(individual, changes, s)).Is(out _, out var problem) || !(await orders.Decide(individual, changes, s)).Is(out _, out problem)
                    || !(await authorizations.Decide(individual, changes, s)).Is(out _, out problem))
                    return problem;
            }

            return changes;
        }, cancellationToken);

    /// <summary>
    /// The days on which the person is eligible and covered changed: authorizations rest on them. It is so with every determination, and few people have an
    /// authorization by then: the others are sorted out in groups.
    /// </summary>
    /// <param name="individual">The person.</param>
    /// <param name="message">The event.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="undischarged">The program in which a discharge was taken back, or a death got another day.</param>
    public Task DaysChanged(IndividualId individual, IProcessedOnce message, CancellationToken cancellationToken, string? undischarged = null) =>
        requests.Run(message, async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            return await approved.Have(individual, s) ? await authorizations.Decide(individual, changes, s, undischarged) : changes;
        }, cancellationToken);
}

using Grpc.AspNetCore.Server;
using Grpc.Core;
using Ips.Contracts.Staffing.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Rpc;

/// <summary>What a member of an organization may do today.</summary>
/// <param name="Roles">The roles inside the organization.</param>
/// <param name="Caseloads">The staff members whose people the member sees, in order; null for the whole organization.</param>
public sealed record Membership(IReadOnlyList<MemberRole> Roles, IReadOnlyList<Guid>? Caseloads)
{
    /// <summary>Whether the other membership allows the same.</summary>
    public bool AllowsAs(Membership? other) => other is not null && Roles.SequenceEqual(other.Roles)
        && (Caseloads is null ? other.Caseloads is null : other.Caseloads is not null && Caseloads.SequenceEqual(other.Caseloads));
}

/// <summary>The members of organizations, as the service knows them.</summary>
public interface IMemberships
{
    /// <summary>
    /// The membership of a person that is in force today; null where the organization has no members, or the person's access does not rest on a membership.
    /// </summary>
    /// <exception cref="ProblemException">The organization has members, and the person is none.</exception>
    ValueTask<Membership?> Of(Caller person, CancellationToken cancellationToken);
}

/// <summary>
/// The door of a service: a person of an organization with members comes in with a membership only, for what its roles may do. Programs come in as their
/// organization.
/// </summary>
internal static class Door
{
    /// <summary>How often the membership behind an open stream is read again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private static readonly Google.Rpc.Status Changed =
        new Problem.Forbidden("what this member may do has changed while the stream was open; open it again").ToStatus();

    /// <summary>After authorization: a call without a valid token is refused already.</summary>
    public static void UseMemberships(this WebApplication app)
    {
        if (app.Services.GetService<IMemberships>() is not { } memberships)
            return;
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.Use((http, next) => Caller.From(http.User) is { IsPerson: true, Role: Roles.Provider or Roles.Mco } person
            ? Enter(http, next, memberships, person, clock)
            : next(http));
    }

    private static async Task Enter(HttpContext http, RequestDelegate next, IMemberships memberships, Caller person, TimeProvider clock)
    {
        Membership? member;
        try
        {
            member = await memberships.Of(person, http.RequestAborted);
            if (member is not null && http.GetEndpoint()?.Metadata.GetMetadata<MemberAccess>()?.Refusal(member) is { } refusal)
                throw new ProblemException(refusal);
        }
        catch (Exception fault) when (fault is ProblemException || Faults.IsOutage(fault))
        {
            // Here and not in the outermost step: in development a page for developers stands before that, and an outage must not look like a bug.
            await StatusAnswer.Write(http, Faults.StatusOf(fault, DateTime.MaxValue, clock.GetUtcNow(), http.RequestAborted)!);
            return;
        }

        http.Features.Set(new Entered(member));
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is null or MethodType.Unary or MethodType.ClientStreaming)
        {
            await next(http);
            return;
        }

        await Watched(http, next, memberships, person, member, clock);
    }

    // A stream that was opened under a membership ends when it is another one: its rows were chosen by it.
    private static async Task Watched(HttpContext http, RequestDelegate next, IMemberships memberships, Caller person, Membership? entered, TimeProvider clock)
    {
        using CancellationTokenSource changed = new();
        using CancellationTokenSource done = new();
        var watch = Watch();
        try
        {
            await StreamEnd.Run(http, next, Changed, changed.Token);
        }
        finally
        {
            await done.CancelAsync();
            await watch;
        }

        async Task Watch()
        {
            using PeriodicTimer timer = new(Again, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(done.Token))
                {
                    if (await StillAs())
                        continue;
                    await changed.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
            }
        }

        async Task<bool> StillAs()
        {
            try
            {
                var now = await memberships.Of(person, done.Token);
                return entered is null ? now is null : entered.AllowsAs(now);
            }
            catch (ProblemException)
            {
                return false;
            }
            catch (Exception fault) when (Faults.IsOutage(fault))
            {
                // What cannot be read now is read at the next tick; the stream has lost its database too.
                return true;
            }
        }
    }
}

/// <summary>With which membership a request came in.</summary>
/// <param name="Member">Null for a person of an organization without members.</param>
internal sealed record Entered(Membership? Member);

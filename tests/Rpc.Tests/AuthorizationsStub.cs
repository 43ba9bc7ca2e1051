using System.Security.Cryptography;
using Grpc.Core;
using Ips.Testing;
using Ips.Contracts.Eligibility.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Rpc.Tests;

/// <summary>A service with the real contract whose answers a test chooses by the requested name.</summary>
public sealed class AuthorizationsStub(Caller caller, TimeProvider clock, IServiceProvider services) : Authorizations.AuthorizationsBase
{
    public static System.Collections.Concurrent.ConcurrentDictionary<string, int> Calls { get; } = new();

    public override async Task<Authorization> GetAuthorization(GetAuthorizationRequest request, ServerCallContext context)
    {
        var what = request.Name["authorizations/".Length..];
        var call = Calls.AddOrUpdate(what, 1, (_, n) => n + 1);
        switch (what.Split('.')[0])
        {
            case "missing": throw new ProblemException(new Problem.NotFound("authorization", "0198"));
            case "bug": throw new InvalidOperationException("Ann Example, born 1990, was not expected here");
            case "outdated": throw new KeyNotFoundException("Ann Example has no such value");
            case "database-down": throw new Npgsql.NpgsqlException("connection refused", new System.Net.Sockets.SocketException(111));
            case "raced": throw new System.Data.DBConcurrencyException();
            case "dependency-down": throw new RpcException(new Status(StatusCode.Unavailable, "refused"));
            case "flaky" when call < 3: throw new ProblemException(new Problem.Unavailable("The test", TimeSpan.FromSeconds(1)));
            case "slow":
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
            case "front":
                return await services.GetRequiredService<Authorizations.AuthorizationsClient>()
                    .GetAuthorizationAsync(new GetAuthorizationRequest { Name = "authorizations/" + what["front.".Length..] });
        }

        var left = context.Deadline == DateTime.MaxValue ? 0 : (int)Math.Ceiling((context.Deadline - clock.GetUtcNow().UtcDateTime).TotalSeconds);
        return new Authorization
        {
            Name = request.Name,
            Provider = caller.Organization,
            Payer = caller.Role,
            PayerReason = caller.Subject,
            RequestedUnits = left
        };
    }

    // A message, and then nothing until the call is cancelled.
    public override async Task RequestAuthorizations(
        RequestAuthorizationsRequest request, IServerStreamWriter<RequestAuthorizationsResponse> answers, ServerCallContext context)
    {
        await answers.WriteAsync(new());
        var cancelled = new TaskCompletionSource();
        await using var registration = context.CancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
        if (request.ValidateOnly)
            return;
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    public override async Task<Authorization> RequestAuthorization(RequestAuthorizationRequest request, ServerCallContext context)
    {
        var db = services.GetRequiredService<TestServiceDb>();
        var answer = await Idempotency.Run<Authorization>(db, caller, request.RequestId, request, async cancellationToken =>
        {
            if (request.Program == "unknown")
                return new Problem.NotInForce("NC-AUTH-001", "no such program");
            var thing = new Thing { Id = Guid.CreateVersion7(), Name = request.Program };
            db.Things.Add(thing);
            db.Publish(TestService.Formed(thing.Id));
            await db.SaveChangesAsync(cancellationToken);
            return new Authorization { Name = $"authorizations/{thing.Id}" };
        }, clock, context.CancellationToken);
        return answer.OrThrow();
    }

    public override Task<CoversResponse> Covers(CoversRequest request, ServerCallContext context) =>
        Task.FromResult(new CoversResponse { Covered = true, Authorization = $"{caller.Role}/{caller.Organization}/{caller.Subject}" });
}

/// <summary>Tokens of the tests' issuer, and tokens that no service may accept.</summary>
public static class TestTokens
{
    private static readonly ECDsa Foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string Of(string role, string organization = "alliance", string subject = "client-one") => TestIssuer.Token(role, organization, subject);

    public static string ForeignKey() => TestIssuer.Token(Roles.Mco, "alliance", key: Foreign);

    public static string Expired() => TestIssuer.Token(Roles.Mco, "alliance", clock: FixedClock.At("2026-01-05"));

    public static string Unsigned()
    {
        static string Part(string json) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var until = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        var claims = $$"""{"iss":"{{TestIssuer.Authority}}","aud":"ips","role":"mco","org":"alliance","sub":"x","exp":{{until}}}""";
        return $"{Part("""{"alg":"none","typ":"JWT"}""")}.{Part(claims)}.";
    }
}

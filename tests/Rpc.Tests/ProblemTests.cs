using Google.Rpc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace Ips.Rpc.Tests;

public sealed class ProblemTests
{
    private static readonly Problem[] Each =
    [
        new Problem.NotFound("service order", "1"), new Problem.Invalid("kind", "is missing"), new Problem.NotInForce("NC-SO-001", "no value on 2020-01-01"),
            new Problem.Stale("review", "1"),
        new Problem.Forbidden("not your agency"), new Problem.Conflict("NC-LIM-001", "overlaps"), new Problem.Exists("team", "1"),
            new Problem.Unavailable("The database", TimeSpan.FromSeconds(2)),
        new Problem.Unauthenticated("no token"), new Problem.Expired("cursor", "start again"),
        new Problem.OtherEpoch("cursor", 7, "resume-here"), new Problem.TooMany("This caller sends more calls than it may", TimeSpan.FromSeconds(3)),
    ];

    [Fact]
    public void Every_kind_of_problem_is_mapped_with_one_ErrorInfo_whose_metadata_holds_the_message_variables()
    {
        Assert.Equal(typeof(Problem).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(Problem)))
            .Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            Each.Select(p => p.GetType()).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))));
        foreach (var problem in Each)
        {
            var status = problem.ToStatus();
            var info = Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
            Assert.True(info.Reason.Length is > 2 and <= 63 && char.IsAsciiLetterUpper(info.Reason[0])
                && info.Reason.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'), info.Reason);
            Assert.Equal(ProblemStatus.Domain, info.Domain);
            Assert.Equal(status.Details.Select(d => d.TypeUrl).Distinct().Count(), status.Details.Count);
            Assert.NotEqual((int)Code.Unknown, status.Code);
        }
    }

    [Theory]
    [InlineData("53100", Code.Unavailable)]   // the disk is full
    [InlineData("53200", Code.Unavailable)]   // out of memory
    [InlineData("53300", Code.Unavailable)]   // too many connections
    [InlineData("57P02", Code.Unavailable)]   // another server process crashed
    [InlineData("57P03", Code.Unavailable)]   // starting up
    [InlineData("08006", Code.Unavailable)]   // the connection broke
    [InlineData("23505", Code.Aborted)]
    [InlineData("42601", Code.Internal)]
    public void What_PostgreSQL_refuses_is_an_outage_a_lost_race_or_a_bug(string state, Code code)
    {
        DbUpdateException fault = new("not saved", new PostgresException("could not extend file", "ERROR", "ERROR", state));
        var status = Faults.StatusOf(fault, DateTime.MaxValue, TimeProvider.System.GetUtcNow(), CancellationToken.None)!;
        Assert.Equal((int)code, status.Code);
        Assert.Equal(code == Code.Unavailable, status.Details.Any(d => d.Is(RetryInfo.Descriptor)));
    }

    [Fact]
    public void A_result_is_a_value_or_a_problem()
    {
        Result<int> seven = 7;
        Result<int> none = new Problem.Stale("team", "1");
        Assert.True(seven.Is(out var value, out _));
        Assert.Equal(7, value);
        Assert.False(none.Is(out _, out var problem));
        Assert.IsType<Problem.Stale>(problem);
        Assert.Equal(8, seven.Then(n => n + 1).OrThrow());
        Assert.IsType<Problem.Stale>(Assert.Throws<ProblemException>(() => none.Then(n => n + 1).OrThrow()).Problem);
    }

    [Fact]
    public void A_request_with_very_many_wrong_fields_is_refused_in_fewer_bytes_than_clients_take()
    {
        var status = Problem.Invalid.From(
            [.. Enumerable.Range(0, 5000).Select(i => new Problem.Invalid($"documents[{i}]", "is not a value of the contract"))])!.ToStatus();
        Assert.InRange(status.CalculateSize(), 2000, 6000);
        var named = status.Details.Single(d => d.Is(Google.Rpc.BadRequest.Descriptor)).Unpack<Google.Rpc.BadRequest>().FieldViolations;
        Assert.Equal("documents[0]", named[0].Field);
        Assert.Equal(("request", $"has {5000 - named.Count + 1} more wrong fields; fix these first"), (named[^1].Field, named[^1].Description));
    }
}

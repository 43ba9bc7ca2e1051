using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Xunit;
using Status = Grpc.Core.Status;

namespace Ips.Compat.Tests.Rpc;

public sealed class StatusTests
{
    private static readonly Google.Rpc.Status Rich = new()
    {
        Code = (int)Code.NotFound,
        Message = "gone",
        Details = { Any.Pack(new ErrorInfo { Reason = "GONE", Domain = "d" }) },
    };

    [Fact]
    public void Exception_says_how_the_call_ended_and_keeps_the_local_cause_local()
    {
        var cause = new InvalidOperationException("local");
        var end = new RpcException(new Status(StatusCode.Internal, "detail", cause));
        Assert.Equal("Status(StatusCode=\"Internal\", Detail=\"detail\", DebugException=\"System.InvalidOperationException: local\")", end.Message);
        Assert.Same(cause, end.InnerException);
        Assert.Equal("own", new RpcException(Status.DefaultCancelled, "own").Message);
        Assert.Equal("Status(StatusCode=\"OK\", Detail=\"\")", Status.DefaultSuccess.ToString());
        Assert.Throws<ArgumentNullException>(() => new RpcException(Status.DefaultCancelled, (Metadata)null!));
    }

    [Fact]
    public void Rich_status_survives_the_trailers()
    {
        var end = Rich.ToRpcException();
        Assert.Equal(StatusCode.NotFound, end.StatusCode);
        Assert.Equal("gone", end.Status.Detail);
        Assert.Equal(Rich, end.GetRpcStatus());

        var other = Rich.ToRpcException(StatusCode.Aborted, "other");
        Assert.Equal((StatusCode.Aborted, "other"), (other.StatusCode, other.Status.Detail));
        Assert.Equal(Rich, other.GetRpcStatus());
    }

    [Fact]
    public void Code_that_grpc_does_not_know_is_unknown_on_the_call_and_kept_in_the_details()
    {
        var end = new Google.Rpc.Status { Code = 99 }.ToRpcException();
        Assert.Equal(StatusCode.Unknown, end.StatusCode);
        Assert.Equal(99, end.GetRpcStatus()!.Code);
    }

    [Fact]
    public void Trailers_without_a_status_have_none() => Assert.Null(new RpcException(Status.DefaultCancelled).GetRpcStatus());

    [Fact]
    public void Trailers_with_broken_bytes_throw_unless_told_otherwise()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", [255, 255] } };
        Assert.Throws<InvalidProtocolBufferException>(() => trailers.GetRpcStatus());
        Assert.Null(trailers.GetRpcStatus(ignoreParseError: true));
        Assert.Null(new RpcException(Status.DefaultCancelled, trailers).GetRpcStatus(ignoreParseError: true));
    }

    [Fact]
    public void Setting_a_status_replaces_every_earlier_one()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", [1] }, { "x", "1" }, { "grpc-status-details-bin", [2] } };
        trailers.SetRpcStatus(Rich);
        Assert.Equal(2, trailers.Count);
        Assert.Equal(Rich, trailers.GetRpcStatus());
    }

    [Fact]
    public void Error_details_have_their_published_names_in_json()
    {
        var json = JsonFormatter.Default.Format(new ErrorInfo { Reason = "R", Domain = "d", Metadata = { ["k"] = "v" } });
        Assert.Equal("""{ "reason": "R", "domain": "d", "metadata": { "k": "v" } }""", json);
        var field = new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "f", Description = "w" } } };
        Assert.Equal("""{ "fieldViolations": [ { "field": "f", "description": "w" } ] }""", JsonFormatter.Default.Format(field));
        Assert.Equal("""{ "retryDelay": "1.500s" }""", JsonFormatter.Default.Format(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)) }));
    }
}

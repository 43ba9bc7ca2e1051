using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class ReflectionTests
{
    [Theory]
    [InlineData("ips.peers.Echo", "peers.proto")]
    [InlineData("ips.peers.Echo.Say", "peers.proto")]
    [InlineData("ips.peers.Note", "peers.proto")]
    [InlineData("ips.peers.Note.text", "peers.proto")]
    [InlineData("ips.peers.Note.Stamp", "peers.proto")]
    [InlineData("ips.peers.Note.Ink", "peers.proto")]
    [InlineData("ips.peers.Spoken", "extensions.proto")]
    [InlineData("ips.peers.loudness", "extensions.proto")]
    [InlineData("google.protobuf.MethodOptions", "google/protobuf/descriptor.proto")]
    public async Task File_is_found_by_whatever_it_declares(string symbol, string file)
    {
        var answer = Assert.Single(await Ask(new ServerReflectionRequest { FileContainingSymbol = symbol }));
        Assert.Equal(file, Files(answer)[0].Name);
    }

    [Fact]
    public async Task Imports_follow_their_file_once_in_a_stream()
    {
        var byName = new ServerReflectionRequest { FileByFilename = "extensions.proto", Host = "h" };
        var answers = await Ask(byName, byName);
        Assert.Equal(["extensions.proto", "google/protobuf/descriptor.proto"], Files(answers[0]).Select(file => file.Name));
        Assert.Equal(["extensions.proto"], Files(answers[1]).Select(file => file.Name));
        Assert.Equal("h", answers[0].ValidHost);
        Assert.Equal(byName, answers[0].OriginalRequest);
    }

    [Fact]
    public async Task Extensions_are_found_by_number_and_listed()
    {
        const string options = "google.protobuf.MethodOptions";
        var answers = await Ask(
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = options, ExtensionNumber = 50102 } },
            new() { AllExtensionNumbersOfType = options },
            new() { AllExtensionNumbersOfType = "ips.peers.Note.Stamp" },
            new() { AllExtensionNumbersOfType = "ips.peers.Echo" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = options, ExtensionNumber = 1 } });
        Assert.Equal("extensions.proto", Files(answers[0])[0].Name);
        Assert.Equal([50101, 50102], answers[1].AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal(options, answers[1].AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(answers[2].AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal((int)StatusCode.NotFound, answers[3].ErrorResponse.ErrorCode);
        Assert.Equal((int)StatusCode.NotFound, answers[4].ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task Question_without_content_is_answered_with_an_error_and_the_stream_goes_on()
    {
        var answers = await Ask(new(), new() { ListServices = "" });
        Assert.Equal((int)StatusCode.InvalidArgument, answers[0].ErrorResponse.ErrorCode);
        Assert.Contains("ips.peers.Spoken", answers[1].ListServicesResponse.Service.Select(service => service.Name));
    }

    [Fact]
    public async Task Conventions_reach_both_versions()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();
        await using var app = builder.Build();
        app.MapGrpcReflectionService().WithMetadata("marked");
        var marked = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<string>() == "marked")
            .Select(endpoint => endpoint.DisplayName);
        Assert.Equal(
            ["gRPC - /grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "gRPC - /grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"],
            marked.Where(name => name!.Contains("ServerReflectionInfo", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static async Task<List<ServerReflectionResponse>> Ask(params ServerReflectionRequest[] questions)
    {
        await using var server = await EchoServer.Start();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        foreach (var question in questions)
            await call.RequestStream.WriteAsync(question);
        await call.RequestStream.CompleteAsync();
        var answers = new List<ServerReflectionResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            answers.Add(answer);
        return answers;
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse answer) =>
        [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];
}

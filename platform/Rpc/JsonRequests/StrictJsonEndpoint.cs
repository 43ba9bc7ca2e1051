using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>One rule of one rpc: checks a request against it, then lets the official handler answer.</summary>
internal sealed class StrictJsonEndpoint
{
    private readonly RequestDelegate official;
    private readonly MethodDescriptor method;
    private readonly long? maxBytes;
    private readonly JsonParser parser;
    private readonly UrlCheck url;
    private readonly bool hasBody;
    private readonly bool hasRawBody;
    private readonly FieldDescriptor? bodyField;

    public StrictJsonEndpoint(RequestDelegate official, MethodDescriptor method, HttpRule rule, long? maxBytes, TypeRegistry types)
    {
        (this.official, this.method, this.maxBytes) = (official, method, maxBytes);
        parser = new(JsonParser.Settings.Default.WithTypeRegistry(types));
        bodyField = rule.Body is "" or "*" ? null : method.InputType.FindFieldByName(rule.Body);
        hasBody = rule.Body.Length > 0;
        var body = bodyField is null ? method.InputType : bodyField is { FieldType: FieldType.Message, IsRepeated: false } ? bodyField.MessageType : null;
        hasRawBody = body?.FullName == HttpBody.Descriptor.FullName;
        url = new(method, rule, bodyField, parser);
    }

    public async Task Handle(HttpContext http)
    {
        JsonDeadline? deadline = null;
        RequestBody? body = null;
        try
        {
            try
            {
                deadline = JsonDeadline.Start(http);
                if (hasBody)
                    body = await RequestBody.Read(http, maxBytes, mustBeJson: !hasRawBody, deadline?.Token ?? http.RequestAborted);
                Check(http.Request, body);
            }
            catch (Exception problem) when (RefusalOf(problem, deadline) is { } refusal)
            {
                await Refuse(http, refusal);
                return;
            }

            await official(http);
            if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status200OK })
                http.Response.ContentType ??= "application/json; charset=utf-8";   // a stream without messages
            if (deadline?.Unfinished is { } unfinished)
                await UntilFinished(http, unfinished);
        }
        finally
        {
            body?.Dispose();
            deadline?.Dispose();
        }
    }

    private void Check(HttpRequest request, RequestBody? body)
    {
        List<Problem.Invalid> found = [];
        RequestHeaders.Check(request.Headers);
        url.Check(request, found);
        if (body is not null && !hasRawBody)
        {
            var check = new JsonBodyCheck(body.Bytes, parser, found);
            check.Run(method.InputType, bodyField);
            body.Rewrite(check.Rewrites);
        }

        if (found.Count > 0)
            throw RefusedRequest.Fields(found);
        body?.HandOn(request);
    }

    private static RefusedRequest? RefusalOf(Exception problem, JsonDeadline? deadline) => problem switch
    {
        RefusedRequest refused => refused,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => RefusedRequest.TooLarge(null),
        OperationCanceledException when deadline is { HasPassed: true } => RefusedRequest.DeadlinePassed(),
        _ => null,
    };

    private Task Refuse(HttpContext http, RefusedRequest refusal)
    {
        Tag(http, refusal.Status.Code);
        return StatusAnswer.WriteJson(http, refusal.Status, refusal.HttpStatus);
    }

    /// <summary>The caller has its answer at the deadline; the request, and what it owns, lives until the method has ended.</summary>
    private async Task UntilFinished(HttpContext http, Task unfinished)
    {
        await http.Response.CompleteAsync();
        await unfinished.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Tag(http, (int)Google.Rpc.Code.DeadlineExceeded);
    }

    private void Tag(HttpContext http, int code)
    {
        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
            RpcSpan.Tag(span, $"/{method.Service.FullName}/{method.Name}", code);
    }
}

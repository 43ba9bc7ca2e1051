using System.Diagnostics;
using OpenTelemetry;

namespace Ips.Platform.Rpc;

/// <summary>The gRPC client's own span carries its own tag names; dashboards look for rpc.*.</summary>
internal sealed class GrpcClientSpans : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == "Grpc.Net.Client" && data.GetTagItem("grpc.method") is string method)
            RpcSpan.Tag(data, method, int.TryParse(data.GetTagItem("grpc.status_code") as string, out var code) ? code : 2);
    }
}
